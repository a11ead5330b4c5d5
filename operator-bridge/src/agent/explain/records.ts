// SPDX-License-Identifier: Apache-2.0
// From the data plane's records to the agent's answer. Pure.
import type { ExplainChoice, ExplainRecord, ExplainVerdict } from "@nfaas/domain";
import {
  Direction,
  DropReason,
  HopChoice,
  ExplainVerdict as Verdict,
  type ExplainRecord as WireRecord,
} from "../generated/nfaas_dataplane_pb.ts";

const verdicts: Partial<Record<Verdict, ExplainVerdict>> = {
  [Verdict.FORWARDED]: "forwarded",
  [Verdict.STAYED]: "stayed",
  [Verdict.LEFT]: "left",
  [Verdict.ENTERED]: "entered",
};
const choices: Partial<Record<HopChoice, ExplainChoice>> = {
  [HopChoice.FLOW]: "flow",
  [HopChoice.PIN]: "pin",
  [HopChoice.MAGLEV]: "maglev",
};
const directions = { [Direction.FORWARD]: "forward", [Direction.REVERSE]: "reverse" } as const;

export function explainRecord(pod: string, record: WireRecord): ExplainRecord {
  const verdict = verdicts[record.verdict] ?? "dropped";
  const { trace, viewUid, viewId, node, byDefault, cycles, waitedNs, ttl } = record;
  return {
    trace,
    pod,
    viewUid,
    viewId,
    node,
    direction: directions[record.direction as keyof typeof directions] ?? null,
    verdict,
    reason:
      verdict === "dropped"
        ? (DropReason[record.reason] ?? "unspecified").toLowerCase().replaceAll("_", "-")
        : null,
    rule: record.rule || null,
    byDefault,
    output: record.output || null,
    nextNode: record.nextNode || null,
    backend: record.backend || null,
    choice: choices[record.choice] ?? null,
    cycles,
    waitedNs,
    ttl,
  };
}
