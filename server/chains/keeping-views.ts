// SPDX-License-Identifier: Apache-2.0
import type { DataplaneNode, PodStatus, ServiceChainView } from "@nfaas/domain";
import type { KeepingView } from "./types.ts";

/**
 * Flows of a view that its gateways keep there; null when none has counted, undefined when none keeps any. Gateways at
 * both ends of a flow count it, and pods that share their flows do: the one that knows most says how many they are.
 */
export function keptFlowsOf(uid: string | undefined, pods: readonly PodStatus[]): number | null | undefined {
  const entries = pods.flatMap((pod) => pod.views).filter((entry) => entry.uid === uid && entry.keepsFlows);
  if (entries.length === 0) return undefined;
  const counts = entries.flatMap(({ keptFlows }) => keptFlows ?? []);
  return counts.length === 0 ? null : Math.max(...counts);
}

/** Whether newer views have taken over from it. */
export const drains = ({ status }: ServiceChainView): boolean =>
  status?.conditions?.some(({ type }) => type === "Drained") ?? false;

/**
 * The views, newest first, that newer ones took over from and that keep their flows. Pure.
 * @param views of one chain
 */
export function keepingViews(
  views: readonly ServiceChainView[],
  nodes: readonly DataplaneNode[],
): KeepingView[] {
  const pods = nodes.flatMap((node) => node.status?.pods ?? []);
  return views
    .filter((view) => drains(view) && view.spec.keepFlows && view.metadata.deletionTimestamp === undefined)
    .sort((a, b) => b.spec.sequence - a.spec.sequence)
    .flatMap(({ metadata: { name, uid }, spec: { viewId, revision } }) => {
      const flows = keptFlowsOf(uid, pods);
      return flows === undefined ? [] : { name, viewId, revision, flows };
    });
}
