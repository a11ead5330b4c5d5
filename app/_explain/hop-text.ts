// SPDX-License-Identifier: Apache-2.0
// A hop's decision in words. Pure.
import type { ExplainChoice } from "@nfaas/domain";
import type { ExplainHop } from "@/server/explain/types.ts";
import { explainDrop } from "../_live/drop-reasons.ts";

const choices: Record<ExplainChoice, string> = {
  flow: "where the flow goes already",
  pin: "the flow is pinned there",
  maglev: "by the flow’s hash",
};

/** By what the function decided; null when it has nothing to decide by. */
export function ruleText({ rule, byDefault }: ExplainHop): string | null {
  if (rule !== null) return `Rule ${rule}`;
  return byDefault ? "No rule matches: the default" : null;
}

/** What became of the packet there. */
export function verdictText(hop: ExplainHop): string {
  const { verdict, reason, nextNode, output, backend, choice } = hop;
  if (verdict === "dropped") return `Dropped: ${explainDrop(reason ?? "unspecified")}`;
  if (verdict === "left") return "Left to its host";
  if (verdict === "entered") return "On in another chain";
  const by = output === null ? "" : ` by output ${output}`;
  const how = choice === null ? "" : ` (${choices[choice]})`;
  return `On to ${nextNode}${by}, ${verdict === "stayed" ? "in the same pod" : `pod ${backend}`}${how}`;
}
