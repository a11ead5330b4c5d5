// SPDX-License-Identifier: Apache-2.0

/** Doubles from `baseMs` to `maxMs`, with a fifth of jitter so that many do not come back at one moment. */
export class Backoff {
  #failures = 0;
  constructor(
    readonly baseMs: number,
    readonly maxMs: number,
  ) {}
  next(): number {
    const delay = Math.min(this.maxMs, this.baseMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    return delay * (0.9 + 0.2 * Math.random());
  }
  reset(): void {
    this.#failures = 0;
  }
}

/** Resolves after the time or as soon as it is aborted; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
