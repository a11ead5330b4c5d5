// SPDX-License-Identifier: Apache-2.0

const firstMs = 100;
const longestMs = 5000;
/** A process that ran this long starts over with the shortest pause. */
const steadyMs = 10_000;

/**
 * The pause before the next start of a process.
 * @param previousMs the pause before the last start, 0 at first
 * @param ranMs how long it ran since
 */
export function nextBackoff(previousMs: number, ranMs: number): number {
  if (previousMs === 0 || ranMs >= steadyMs) return firstMs;
  return Math.min(previousMs * 2, longestMs);
}
