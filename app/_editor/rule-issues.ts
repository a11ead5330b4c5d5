// SPDX-License-Identifier: Apache-2.0
import type { Issue } from "@nfaas/domain";

/** Problems of one rule: by field, and "" for the rule as a whole. */
export type RuleIssues = Readonly<Record<string, Issue>>;

const rulePath = /\.config\.rules\[(\d+)\](?:\.(\w+))?/;

/** The first problem of each field of each rule, errors before warnings, found by the issues' paths. */
export function ruleIssues(issues: readonly Issue[], node: string): ReadonlyMap<number, RuleIssues> {
  const byRule = new Map<number, Record<string, Issue>>();
  for (const issue of issues) {
    const found = issue.node === node ? rulePath.exec(issue.path) : null;
    if (!found) continue;
    const rule = byRule.get(Number(found[1])) ?? {};
    const field = found[2] ?? "";
    if (rule[field]?.severity !== "error") rule[field] = issue;
    byRule.set(Number(found[1]), rule);
  }
  return byRule;
}
