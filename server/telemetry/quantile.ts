// SPDX-License-Identifier: Apache-2.0
import { latencyMinNs } from "@nfaas/domain";

/**
 * The time, in nanoseconds, below which a part of the packets stayed: the upper bound of the bucket it lies in, so never too
 * good. Of the last bucket its lower bound is told, since it has no upper one. Null without packets.
 * @param buckets packets; bucket i is below latencyMinNs * 2^i (LiveLatency)
 */
export function quantile(buckets: readonly number[], part: number): number | null {
  let rest = part * buckets.reduce((sum, packets) => sum + packets, 0);
  if (rest <= 0) return null;
  const last = buckets.length - 1;
  for (const [i, packets] of buckets.entries()) {
    rest -= packets;
    if (rest <= 0) return latencyMinNs * 2 ** Math.min(i, last - 1);
  }
  return latencyMinNs * 2 ** (last - 1);
}
