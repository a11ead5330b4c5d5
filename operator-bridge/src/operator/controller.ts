// SPDX-License-Identifier: Apache-2.0
import { isConflict, isUnreachable, messageOf } from "../kubernetes/errors.ts";
import { type Reconcile, WorkQueue } from "../kubernetes/work-queue.ts";
import type { Logger } from "../log.ts";
import type { Metrics } from "./metrics.ts";

/** One kind's reconciler behind its queue. Keys may be added before it runs; they wait. */
export class Controller {
  readonly name: string;
  readonly #queue: WorkQueue;
  readonly #waiting = new Set<string>();
  #running = false;

  constructor(name: string, reconcile: Reconcile, logger: Logger, metrics: Metrics) {
    this.name = name;
    const timed: Reconcile = async (key) => {
      const end = metrics.startReconcile(name);
      try {
        return await reconcile(key);
      } finally {
        end();
      }
    };
    this.#queue = new WorkQueue(timed, {
      onError: (key, error, retryInMs) => {
        metrics.countError(name);
        // A conflict only means that our copy was late; the next look is fresh.
        if (isConflict(error)) return;
        const level = isUnreachable(error) ? "warn" : "error";
        logger[level]("reconcile failed", {
          controller: name,
          key,
          retryInMs: Math.round(retryInMs),
          error: messageOf(error),
        });
      },
    });
  }

  get depth(): number {
    return this.#queue.length;
  }

  add(key: string): void {
    if (this.#running) this.#queue.add(key);
    else this.#waiting.add(key);
  }

  start(): void {
    this.#running = true;
    for (const key of this.#waiting) this.#queue.add(key);
    this.#waiting.clear();
  }

  stop(): void {
    this.#running = false;
    this.#queue.stop();
  }
}
