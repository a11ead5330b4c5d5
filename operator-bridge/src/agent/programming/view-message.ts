// SPDX-License-Identifier: Apache-2.0
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { reverseEdges, type ServiceChainView, type Tenant, type ViewNode } from "@nfaas/domain";
import { type EdgeSchema, type NodeSchema, type View, ViewSchema } from "../generated/nfaas_dataplane_pb.ts";
import { match, reachable, UntranslatableError } from "./addresses.ts";
import { functionKind } from "./functions.ts";

type EdgeInit = MessageInitShape<typeof EdgeSchema>;

/**
 * @param poolOf the name of the pool that runs a node
 * @throws UntranslatableError when the view names what this release or the tenant does not have.
 */
export function buildView(
  view: ServiceChainView,
  tenant: Tenant,
  poolOf: (node: ViewNode) => string | undefined,
): View {
  const { spec, metadata } = view;
  return create(ViewSchema, {
    tenantId: spec.tenantId,
    viewId: spec.viewId,
    uid: metadata.uid ?? "",
    name: metadata.name,
    nodes: spec.nodes.map((node) => buildNode(node, view, tenant, poolOf(node))),
  });
}

function buildNode(
  node: ViewNode,
  { spec }: ServiceChainView,
  tenant: Tenant,
  pool: string | undefined,
): MessageInitShape<typeof NodeSchema> {
  if (pool === undefined) throw new UntranslatableError(`node ${node.name}: nobody runs it`);
  return {
    name: node.name,
    forwardSi: node.forwardSi,
    reverseSi: node.reverseSi,
    // Connections outlive views: the same node of the same chain keeps its table when the graph around it changes.
    stateKey: `${spec.chain}/${node.name}/${node.function ?? "attachment"}`,
    pool,
    forward: forwardEdges(node, spec.edges),
    reverse: backwardEdges(node, spec, tenant),
    kind:
      node.attachment === undefined
        ? functionKind(node.function ?? "", node.config)
        : { case: "attachment", value: { name: node.attachment } },
  };
}

const forwardEdges = (node: ViewNode, edges: ServiceChainView["spec"]["edges"]): EdgeInit[] =>
  edges
    .filter((e) => e.from === node.name)
    .map((e) => ({ to: e.to, output: e.output ?? "", match: e.match && match(e.match) }));

function backwardEdges(
  node: ViewNode,
  { nodes, edges }: ServiceChainView["spec"],
  tenant: Tenant,
): EdgeInit[] {
  // Nothing comes back from a tap.
  if (tenant.spec.attachments.some((a) => a.name === node.attachment && a.tap)) return [];
  const prefixes = new Map(tenant.spec.attachments.map((a) => [a.name, reachable(a)]));
  return reverseEdges(node.name, nodes, edges, prefixes).map(({ to, destinations }) => ({
    to,
    match: destinations && match({ destinations }),
  }));
}
