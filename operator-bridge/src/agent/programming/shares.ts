// SPDX-License-Identifier: Apache-2.0
// Which part of an attachment's new packets each view takes. Pure.
import type { ServiceChainView } from "@nfaas/domain";

/**
 * Of the views of one chain, newest first: a view takes `weight` percent of what newer views leave over. What the last
 * one leaves goes to the oldest that has any weight, so shares sum to 100, or there are none.
 * @returns whole percents by view uid; views without a share are absent.
 */
export function computeShares(views: readonly ServiceChainView[]): Map<string, number> {
  const ordered = [...views].sort((a, b) => b.spec.sequence - a.spec.sequence);
  const shares = new Map<string, number>();
  let left = 100;
  for (const { spec, metadata } of ordered) {
    const share = Math.round((left * spec.weight) / 100);
    if (share > 0) shares.set(metadata.uid ?? "", share);
    left -= share;
  }
  giveRest(shares, left);
  return shares;
}

/**
 * The shares of those views that have a node for the attachment, summing to 100 again; none when the view that should
 * take the packets has no place for them.
 */
export function sharesOfAttachment(
  shares: ReadonlyMap<string, number>,
  views: readonly ServiceChainView[],
  attachment: string,
): Map<string, number> {
  const own = new Map<string, number>();
  let left = 100;
  for (const view of [...views].sort((a, b) => b.spec.sequence - a.spec.sequence)) {
    const share = shares.get(view.metadata.uid ?? "") ?? 0;
    if (share === 0 || !view.spec.nodes.some((n) => n.attachment === attachment)) continue;
    own.set(view.metadata.uid ?? "", share);
    left -= share;
  }
  giveRest(own, left);
  return own;
}

function giveRest(shares: Map<string, number>, rest: number): void {
  const oldest = [...shares.keys()].at(-1);
  if (oldest !== undefined) shares.set(oldest, (shares.get(oldest) ?? 0) + rest);
}
