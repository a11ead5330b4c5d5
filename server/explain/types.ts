// SPDX-License-Identifier: Apache-2.0
// What the console is told about explained packets. Plain JSON.
import type { Direction, ExplainRecord } from "@nfaas/domain";

export interface ExplainHop extends Omit<ExplainRecord, "trace" | "viewUid" | "viewId" | "direction"> {
  /** Of the view it was in; null when that is gone, or before one was known. */
  chain: string | null;
}

/** What became of a packet: out to its host, dropped, or neither is known: it was on its way, or a pod's record is missing. */
export type ExplainOutcome = "left" | "dropped" | "unknown";

export interface ExplainedPacket {
  trace: number;
  direction: Direction | null;
  /** Of the view that took it first; null when none did, or it is gone. */
  chain: string | null;
  revision: number | null;
  viewId: number | null;
  outcome: ExplainOutcome;
  /** In the order of its way. */
  hops: ExplainHop[];
}

export interface Explanation {
  packets: ExplainedPacket[];
  /** Nodes whose agent did not answer: their pods' hops are missing. */
  missingNodes: string[];
  /** From the question to the answer, by the console's clock. */
  tookMs: number;
}
