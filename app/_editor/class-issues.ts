// SPDX-License-Identifier: Apache-2.0
import type { Issue } from "@nfaas/domain";

/** The message for a field of a class, such as "meter.peakBitsPerSecond"; a list's field has those of its items. */
export type ProblemOf = (field: string) => string | undefined;

/** The problems of one class of a node: errors before warnings. */
export function problemsOfClass(issues: readonly Issue[], node: string, index: number): ProblemOf {
  const start = `.config.classes[${index}].`;
  const own = issues
    .filter((issue) => issue.node === node && issue.path.includes(start))
    .map((issue) => ({ issue, field: issue.path.slice(issue.path.indexOf(start) + start.length) }))
    .sort((a, b) => Number(a.issue.severity === "warning") - Number(b.issue.severity === "warning"));
  return (field) => own.find((of) => of.field === field || of.field.startsWith(`${field}[`))?.issue.message;
}
