// SPDX-License-Identifier: Apache-2.0
// Nodes that send packets into other chains of the tenant.
import { functionKinds } from "../functions/catalogue.ts";
import type { Enter } from "../functions/classifier.ts";
import type { Issue } from "../issue.ts";
import type { ServiceChainNode } from "../kubernetes/objects.ts";
import type { GraphContext } from "./context.ts";

/** The attachments where packets begin their way: those that edges leave. */
export const entriesOf = <Node extends { name: string; attachment?: string }>({
  nodes,
  edges,
}: {
  nodes: readonly Node[];
  edges: readonly { from: string }[];
}): Node[] => nodes.filter((n) => n.attachment !== undefined && edges.some((e) => e.from === n.name));

/** What is wrong with the chains that a node's configuration enters; paths are relative to it. */
export function checkEnters(
  functionName: string,
  config: unknown,
  { chains, functions }: GraphContext,
): Issue[] {
  const enters = functions[functionName]?.entersOf?.(config) ?? [];
  if (!chains) return [];
  return enters.flatMap(({ chain, path }): Issue[] => {
    const entries = Object.hasOwn(chains, chain) ? chains[chain] : undefined;
    if (entries === undefined) {
      const known = Object.keys(chains).join(", ") || "none yet";
      const message = `There is no other chain "${chain}"; yours are: ${known}. Meanwhile its packets leave by the output.`;
      return [{ code: "NF802", severity: "error", path, message }];
    }
    if (entries === 1) return [];
    const message = `"${chain}" begins at ${entries} attachments; a chain that is entered begins at one.`;
    return [{ code: "NF803", severity: "error", path, message }];
  });
}

/** What a deployed node sends into other chains. */
export const entersOfNode = (node: Pick<ServiceChainNode, "function" | "config">): readonly Enter[] =>
  Object.hasOwn(functionKinds, node.function ?? "")
    ? (functionKinds[node.function ?? ""]?.entersOf?.(node.config) ?? [])
    : [];
