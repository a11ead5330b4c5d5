// SPDX-License-Identifier: Apache-2.0
import type { FunctionKind } from "../functions/catalogue.ts";
import type { ChainNode } from "../graph.ts";

/** What a graph may refer to. */
export interface GraphContext {
  /** Names of the tenant's attachments. */
  attachments: readonly string[];
  /** Those of them that are taps; absent = unknown, and what only concerns taps is not checked. */
  taps?: readonly string[];
  /** The tenant's other chains: at how many attachments each begins. Absent = unknown, and not checked. */
  chains?: Readonly<Record<string, number>>;
  /** Functions of the catalogue: their outputs, and how to check their configuration. */
  functions: Readonly<Record<string, FunctionContext>>;
}

export type FunctionContext = Pick<
  FunctionKind,
  "outputs" | "validate" | "outputsOf" | "entersOf" | "mainOutput" | "copies"
>;

/** The named outputs of a node: those of its function and those its configuration adds. */
export function outputsOfNode(
  node: ChainNode | undefined,
  functions: GraphContext["functions"],
): readonly string[] {
  const kind =
    node?.kind === "function" && Object.hasOwn(functions, node.function) ? functions[node.function] : null;
  if (!kind || node?.kind !== "function") return [];
  return [...kind.outputs, ...(kind.outputsOf?.(node.config) ?? [])];
}
