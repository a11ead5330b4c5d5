// SPDX-License-Identifier: Apache-2.0
// Views: how one is made from a chain, told apart from another, and given its id.
import { isDeepStrictEqual } from "node:util";
import {
  apiVersion,
  labels,
  type ServiceChain,
  type ServiceChainView,
  type ServiceChainViewSpec,
  viewFinalizer,
} from "@nfaas/domain";
import type { ResolvedGraph } from "./resolve.ts";

/** 8 bits of the GRE key; 0 is none. */
const maxViewId = 255;

type Content = Pick<ServiceChainViewSpec, "tenantId" | "revision" | "nodes" | "edges">;

const content = ({ tenantId, revision, nodes, edges }: Content): unknown =>
  JSON.parse(JSON.stringify({ tenantId, revision, nodes, edges }));

/** Whether the view is what the chain wants now: same revision, same graph after resolving names. */
export const isViewOf = (view: ServiceChainView, graph: ResolvedGraph, revision: number): boolean =>
  isDeepStrictEqual(content(view.spec), content({ ...graph, revision }));

/**
 * The next free id after the newest view's, so that an id is used again as late as possible.
 * @returns undefined when all 255 are used.
 */
export function allocateViewId(views: readonly ServiceChainView[]): number | undefined {
  const used = new Set(views.map((v) => v.spec.viewId));
  const age = (v: ServiceChainView): string =>
    `${v.metadata.creationTimestamp} ${String(v.spec.sequence).padStart(16, "0")}`;
  const newest = views.reduce<ServiceChainView | undefined>(
    (best, v) => (best === undefined || age(v) > age(best) ? v : best),
    undefined,
  );
  const start = newest?.spec.viewId ?? 0;
  for (let i = 0; i < maxViewId; i++) {
    const id = ((start + i) % maxViewId) + 1;
    if (!used.has(id)) return id;
  }
}

/** One above every view of the chain that is, or that status remembers. */
export function nextSequence(chain: ServiceChain, views: readonly ServiceChainView[]): number {
  const remembered = (chain.status?.retired ?? []).map((r) =>
    Number(r.name.slice(chain.metadata.name.length + 1)),
  );
  return Math.max(0, ...views.map((v) => v.spec.sequence), ...remembered.filter(Number.isInteger)) + 1;
}

export function newView(
  chain: ServiceChain,
  graph: ResolvedGraph,
  viewId: number,
  sequence: number,
): ServiceChainView {
  const { name, namespace, uid = "" } = chain.metadata;
  const { tenant, revision } = chain.spec;
  return {
    apiVersion,
    kind: "ServiceChainView",
    metadata: {
      name: `${name}-${sequence}`,
      namespace,
      labels: { [labels.tenant]: tenant, [labels.chain]: name },
      finalizers: [viewFinalizer],
      ownerReferences: [
        { apiVersion, kind: "ServiceChain", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      tenant,
      tenantId: graph.tenantId,
      chain: name,
      viewId,
      sequence,
      revision,
      weight: 0,
      ...(chain.spec.rollout?.drain === "flows" ? { keepFlows: true } : {}),
      nodes: graph.nodes,
      edges: graph.edges,
    },
  };
}

export const viewRef = ({ metadata: { name }, spec: { viewId, revision } }: ServiceChainView) => ({
  name,
  viewId,
  revision,
});
