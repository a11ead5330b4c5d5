// SPDX-License-Identifier: Apache-2.0
// Which part of an attachment's new packets each view takes. Pure.
import type { ServiceChainView } from "@nfaas/domain";

/**
 * Newest first: a view takes `weight` percent of what newer views leave over. What the last one leaves goes to the
 * oldest that has any weight, so shares sum to 100, or there are none.
 * @returns whole percents by view uid; views without a share are absent.
 */
export function computeShares(views: readonly ServiceChainView[]): Map<string, number> {
  const ordered = [...views].sort(
    (a, b) => b.spec.sequence - a.spec.sequence || a.metadata.name.localeCompare(b.metadata.name),
  );
  const shares = new Map<string, number>();
  let left = 100;
  for (const { spec, metadata } of ordered) {
    const share = Math.round((left * spec.weight) / 100);
    if (share > 0) shares.set(metadata.uid ?? "", share);
    left -= share;
  }
  const oldest = [...shares.keys()].at(-1);
  if (oldest !== undefined) shares.set(oldest, (shares.get(oldest) ?? 0) + left);
  return shares;
}
