// SPDX-License-Identifier: Apache-2.0
// Waiting for something to happen, without missing what happens between two waits.

export class Notifier {
  readonly #listeners = new Set<() => void>();

  notify(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

type Subscribe = (listener: () => void) => () => void;

/**
 * Yields once at the start, then after each time any of the sources calls; calls during a turn of the reader's make one turn
 * together. Ends when aborted.
 */
export async function* turns(
  sources: readonly Subscribe[],
  signal: AbortSignal | undefined,
): AsyncGenerator<void> {
  let due = true;
  let wake = (): void => {};
  const call = (): void => {
    due = true;
    wake();
  };
  const leave = sources.map((subscribe) => subscribe(call));
  signal?.addEventListener("abort", call);
  try {
    while (!signal?.aborted) {
      if (!due) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      due = false;
      yield;
    }
  } finally {
    signal?.removeEventListener("abort", call);
    for (const stop of leave) stop();
  }
}
