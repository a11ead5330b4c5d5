// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph } from "../graph.ts";
import { hasErrors, type Issue } from "../issue.ts";
import {
  apiVersion,
  labels,
  type ServiceChain,
  type ServiceChainEdge,
  type ServiceChainNode,
  type ServiceChainSpec,
  tenantNamespace,
} from "../kubernetes/objects.ts";
import type { GraphContext } from "../validate/context.ts";
import { validateGraph } from "../validate/validate-graph.ts";

export interface ChainIdentity {
  tenant: string;
  chain: string;
  revision: number;
}

export type Compiled = { ok: true; chain: ServiceChain; issues: Issue[] } | { ok: false; issues: Issue[] };

/** Removes what is undefined, so that equal graphs give equal YAML. */
const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;

const compileNode = (node: ChainGraph["nodes"][number]): ServiceChainNode =>
  node.kind === "attachment"
    ? { name: node.name, attachment: node.attachment }
    : compact({
        name: node.name,
        function: node.function,
        config: node.config as ServiceChainNode["config"],
      });

const compileEdge = ({ name, from, to, output, match }: ChainGraph["edges"][number]): ServiceChainEdge =>
  compact({ name, from, to, output, match });

/** From what the tenant drew to the object that says it to Kubernetes. Pure: warnings come along, errors stop it. */
export function compileChain(graph: ChainGraph, identity: ChainIdentity, context: GraphContext): Compiled {
  const issues = validateGraph(graph, context);
  if (hasErrors(issues)) return { ok: false, issues };
  const { tenant, chain, revision } = identity;
  const spec: ServiceChainSpec = {
    tenant,
    revision,
    nodes: graph.nodes.map(compileNode),
    edges: graph.edges.map(compileEdge),
    ...(graph.rollout ? { rollout: compact(graph.rollout) } : {}),
  };
  const metadata = { name: chain, namespace: tenantNamespace(tenant), labels: { [labels.tenant]: tenant } };
  return { ok: true, chain: { apiVersion, kind: "ServiceChain", metadata, spec }, issues };
}

/** The way back, for chains that came by kubectl: a graph without positions of its own. */
export function graphFromSpec(spec: Pick<ServiceChainSpec, "nodes" | "edges" | "rollout">): ChainGraph {
  const nodes = spec.nodes.map((node, i): ChainGraph["nodes"][number] => {
    const position = { x: i * 240, y: 0 };
    return node.attachment !== undefined
      ? { kind: "attachment", name: node.name, attachment: node.attachment, position }
      : { kind: "function", name: node.name, function: node.function ?? "", config: node.config, position };
  });
  const rollout = spec.rollout ? { rollout: { ...spec.rollout } } : {};
  return { nodes, edges: spec.edges.map((e) => ({ ...e })), ...rollout };
}
