// SPDX-License-Identifier: Apache-2.0
// Explain: what becomes of the next packets of a flow, told hop by hop by the packets themselves. The agent's answers and the
// console's, both plain JSON.
import { z } from "zod";
import { protocolSchema } from "./functions/firewall.ts";
import { hasPorts, type Protocol } from "./graph.ts";
import { parsePrefix } from "./prefix.ts";
import type { Direction } from "./telemetry.ts";

/** Whose packets. As the flow's initiator sends them; its answers are explained too. What is absent may be anything. */
export interface ExplainFlow {
  /** Address or prefix. */
  source?: string | undefined;
  destination?: string | undefined;
  protocol: Protocol;
  /** With a protocol that has ports. */
  sourcePort?: number | undefined;
  destinationPort?: number | undefined;
}

/** At each gateway. */
export const explainPacketsMax = 32;
/** A packet is told from the others of its tenant by a number of 8 bits; 0 is none. */
export const explainTraces = 255;

/** POST /explain of an agent: its gateways mark packets. Answered when they have, or after `waitMs`. */
export interface ExplainRequest {
  tenantId: number;
  flow: ExplainFlow;
  /** At each gateway, 1..explainPacketsMax. */
  packets: number;
  /** The numbers this agent may give: from `firstTrace` on. */
  firstTrace: number;
  traces: number;
  waitMs: number;
}

/**
 * Over an edge to another pod, over an edge to a node of the same pod, into a view of another chain (or back out of one), out to its
 * host, or nowhere.
 */
export type ExplainVerdict = "forwarded" | "stayed" | "entered" | "left" | "dropped";
/** How the pod of the next node was chosen: the flow had it, it was pinned to it, or by the flow's hash (Maglev). */
export type ExplainChoice = "flow" | "pin" | "maglev";

/** What one pod decided on one packet at one node. GET /explain?tenantId=&maxAgeMs= of an agent answers all of its pods'. */
export interface ExplainRecord {
  trace: number;
  pod: string;
  viewUid: string;
  viewId: number;
  /** Empty = before a position was known. */
  node: string;
  /** Null = unknown. */
  direction: Direction | null;
  verdict: ExplainVerdict;
  /** Of a dropped one, lower-case with dashes: "denied". */
  reason: string | null;
  /** The rule or class that decided; null = none, or not known. */
  rule: string | null;
  /** The node has rules, and none matched. */
  byDefault: boolean;
  /** Null = the unnamed one. */
  output: string | null;
  /** Where it went: node and pod. */
  nextNode: string | null;
  backend: string | null;
  choice: ExplainChoice | null;
  /** TSC cycles spent on it at this node; 0 = not known. */
  cycles: number;
  /** From the pod's link until its worker took it. */
  waitedNs: number;
  /** NSH TTL as it came to the node: falls at every hop, so it orders a packet's records. */
  ttl: number;
}

const prefixSchema = z
  .string()
  .max(64)
  .refine((text) => parsePrefix(text) !== undefined, "is no address or prefix");
const portSchema = z.int().min(1).max(65_535);

/** A flow from outside. */
export const explainFlowSchema = z
  .strictObject({
    source: prefixSchema.optional(),
    destination: prefixSchema.optional(),
    protocol: protocolSchema,
    sourcePort: portSchema.optional(),
    destinationPort: portSchema.optional(),
  })
  .refine(
    ({ protocol, sourcePort, destinationPort }) =>
      hasPorts(protocol) || (sourcePort === undefined && destinationPort === undefined),
    { path: ["protocol"], message: "a port needs a protocol that has ports" },
  );
