// SPDX-License-Identifier: Apache-2.0
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../test/support/eventually.ts";
import { type Reconcile, WorkQueue, type WorkQueueOptions } from "./work-queue.ts";

describe("the work queue", () => {
  let queue: WorkQueue;
  const make = (reconcile: Reconcile, options: Partial<WorkQueueOptions> = {}) => {
    queue = new WorkQueue(reconcile, { baseDelayMs: 1, maxDelayMs: 5, ...options });
    return queue;
  };
  afterEach(() => queue.stop());

  /** A reconciler that waits to be let go. */
  function gate() {
    const started: string[] = [];
    const waiting: (() => void)[] = [];
    const reconcile: Reconcile = async (key) => {
      started.push(key);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return undefined;
    };
    return { started, reconcile, open: () => waiting.shift()?.() };
  }

  it("works on a key once however often it was added before", async () => {
    const { started, reconcile, open } = gate();
    make(reconcile, { concurrency: 1 });
    queue.add("busy");
    for (let i = 0; i < 10; i++) queue.add("a");
    open();
    await eventually("the next one", () => started.length === 2);
    open();
    await eventually("an empty queue", () => queue.length === 0);
    expect(started).toEqual(["busy", "a"]);
  });

  it("never has two workers on one key, and looks again at what changed meanwhile", async () => {
    const { started, reconcile, open } = gate();
    make(reconcile, { concurrency: 4 });
    queue.add("a");
    queue.add("a");
    expect(started).toEqual(["a"]);
    open();
    await eventually("the second look", () => started.length === 2);
    open();
    await eventually("an empty queue", () => queue.length === 0);
  });

  it("works on other keys while one hangs", async () => {
    const done: string[] = [];
    make((key) =>
      key === "hangs" ? new Promise(() => {}) : Promise.resolve(done.push(key)).then(() => undefined),
    );
    queue.add("hangs");
    queue.add("a");
    await eventually("the other", () => done.includes("a"));
  });

  it("tries a failing key again, later and later, until it succeeds", async () => {
    const delays: number[] = [];
    let left = 4;
    make(
      async () => {
        left -= 1;
        if (left > 0) throw new Error("not yet");
        return undefined;
      },
      { baseDelayMs: 1, maxDelayMs: 1_000, onError: (_key, _error, ms) => delays.push(ms) },
    );
    queue.add("a");
    await eventually("success", () => left === 0 && queue.length === 0);
    expect(delays).toHaveLength(3);
    expect(delays[1]).toBeGreaterThan(delays[0]!);
    expect(delays[2]).toBeGreaterThan(delays[1]!);
  });

  it("looks again when the reconciler asked for it", async () => {
    let runs = 0;
    make(async () => {
      runs += 1;
      return runs < 3 ? 1 : undefined;
    });
    queue.add("a");
    await eventually("three runs", () => runs === 3);
  });
});
