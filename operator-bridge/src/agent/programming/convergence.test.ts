// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { afterEach, describe, expect, it } from "vitest";
import { silent } from "../../log.ts";
import { DesiredStateSchema } from "../generated/nfaas_dataplane_pb.ts";
import { Convergence } from "./convergence.ts";
import type { BuildOptions, BuiltState } from "./desired-state.ts";
import { view } from "./fixtures.ts";
import type { PodConnection } from "./pod-connection.ts";

const built = (views: number[], more: Partial<BuiltState> = {}): BuiltState => ({
  message: create(DesiredStateSchema, { views: views.map((viewId) => ({ viewId })) }),
  views: views.map((sequence) => view({ sequence, weight: 100 })),
  shares: new Map(),
  keeping: new Set(),
  refused: new Map(),
  drains: new Map(),
  ...more,
});

describe("a pod's process that has a state", () => {
  let convergence: Convergence | undefined;
  let sent = 0;
  const applied: BuiltState[] = [];
  let changes = 0;
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const converge = () => {
    sent = 0;
    changes = 0;
    applied.length = 0;
    const connection = {
      client: {},
      fresh: false,
      synced: true,
      apply: async () => {
        sent += 1;
        return false;
      },
    } as unknown as PodConnection;
    convergence = new Convergence({
      pod: "classifier-0",
      connection,
      logger: silent,
      onApplied: (_, after) => applied.push(after),
      onChange: () => {
        changes += 1;
      },
    });
    return convergence;
  };
  afterEach(() => convergence?.stop());

  it("is sent nothing when the next one says the same, but has what that one means beside its message", async () => {
    const to = converge();
    to.update(() => built([1], { shares: new Map([["uid-1", 100]]) }));
    await settle();
    expect([sent, changes]).toEqual([1, 1]);
    // A view that is entered from here by no chain any more, and has lost its share.
    to.update(() => built([1], { shares: new Map([["uid-1", 0]]) }));
    await settle();
    expect(sent).toBe(1);
    expect(to.applied?.shares.get("uid-1")).toBe(0);
    expect(changes, "it is reported").toBe(2);
    expect(applied.length, "its counts are read anew").toBe(2);
    to.update(() => built([1], { shares: new Map([["uid-1", 0]]) }));
    await settle();
    expect([sent, changes]).toEqual([1, 2]);
  });

  it("has its next one built knowing which views it has", async () => {
    const to = converge();
    const known: BuildOptions["has"][] = [];
    const build = (options: BuildOptions) => {
      known.push(options.has);
      return built([1, 2]);
    };
    to.update(build);
    await settle();
    to.update(build);
    await settle();
    expect(known).toEqual([new Set(), new Set(["uid-1", "uid-2"])]);
  });
});
