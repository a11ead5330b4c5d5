// SPDX-License-Identifier: Apache-2.0
// Keys to reconcile. A key is in the queue at most once, is worked on by at most one worker, and comes back later and
// later while it fails. What happens to a key while it is worked on makes it due again afterwards.
import { Backoff } from "./backoff.ts";

export interface WorkQueueOptions {
  concurrency: number;
  baseDelayMs: number;
  maxDelayMs: number;
  onError: (key: string, error: unknown, retryInMs: number) => void;
}

/** May answer after how many milliseconds the key wants to be looked at again. */
export type Reconcile = (key: string) => Promise<number | undefined>;

export class WorkQueue {
  readonly #reconcile: Reconcile;
  readonly #options: WorkQueueOptions;
  readonly #due = new Set<string>();
  readonly #active = new Set<string>();
  readonly #timers = new Map<string, { at: number; timer: NodeJS.Timeout }>();
  readonly #backoffs = new Map<string, Backoff>();
  #stopped = false;

  constructor(reconcile: Reconcile, options: Partial<WorkQueueOptions> = {}) {
    this.#reconcile = reconcile;
    this.#options = { concurrency: 4, baseDelayMs: 20, maxDelayMs: 10_000, onError: () => {}, ...options };
  }

  get length(): number {
    return this.#due.size + this.#active.size;
  }

  add(key: string): void {
    if (this.#stopped) return;
    this.#due.add(key);
    this.#dispatch();
  }

  /** The earliest of several wishes wins. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return;
    const at = performance.now() + delayMs;
    const pending = this.#timers.get(key);
    if (pending && pending.at <= at) return;
    clearTimeout(pending?.timer);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      this.add(key);
    }, delayMs);
    this.#timers.set(key, { at, timer });
  }

  stop(): void {
    this.#stopped = true;
    this.#due.clear();
    for (const { timer } of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #dispatch(): void {
    for (const key of this.#due) {
      if (this.#active.size >= this.#options.concurrency) return;
      if (this.#active.has(key)) continue;
      this.#due.delete(key);
      this.#active.add(key);
      void this.#work(key);
    }
  }

  async #work(key: string): Promise<void> {
    try {
      const again = await this.#reconcile(key);
      this.#backoffs.delete(key);
      if (again !== undefined) this.addAfter(key, again);
    } catch (error) {
      const backoff =
        this.#backoffs.get(key) ?? new Backoff(this.#options.baseDelayMs, this.#options.maxDelayMs);
      this.#backoffs.set(key, backoff);
      const retryInMs = backoff.next();
      this.#options.onError(key, error, retryInMs);
      this.addAfter(key, retryInMs);
    } finally {
      this.#active.delete(key);
      this.#dispatch();
    }
  }
}
