// SPDX-License-Identifier: Apache-2.0
// Which packets a class takes: what functions that sort packets into classes have in common.
import { z } from "zod";
import { hasPorts, type PortRange, type Protocol } from "../graph.ts";
import { checkPorts, checkPrefix, portRangeSchema, protocolSchema, type Report } from "./firewall.ts";

/** Absent fields match everything. Addresses and ports are the flow's, as its initiator sent them: answers belong to it. */
export interface PacketMatch {
  sources?: string[];
  destinations?: string[];
  protocol?: Protocol;
  destinationPorts?: PortRange;
  /** Code points of RFC 2474, 0..63, of the packet itself. */
  dscps?: number[];
  /** Length of the IP packet, bytes. */
  minLength?: number;
  maxLength?: number;
}

export const packetMatchSchema = z.strictObject({
  sources: z.array(z.string()).optional(),
  destinations: z.array(z.string()).optional(),
  protocol: protocolSchema.optional(),
  destinationPorts: portRangeSchema.optional(),
  dscps: z.array(z.number().int()).optional(),
  minLength: z.number().int().optional(),
  maxLength: z.number().int().optional(),
});

const maxPacketLength = 65_535;
const maxDscp = 63;

export function checkDscp(dscp: number | undefined, path: string, report: Report): void {
  if (dscp === undefined || (dscp >= 0 && dscp <= maxDscp)) return;
  report("NF212", path, `DSCP ${dscp}: code points are 0 to ${maxDscp}.`);
}

/** Reports all that is wrong with a match; `path` leads to it. */
export function checkPacketMatch(match: PacketMatch | undefined, path: string, report: Report): void {
  if (!match) return;
  for (const field of ["sources", "destinations"] as const) {
    match[field]?.forEach((text, i) => {
      checkPrefix(text, `${path}.${field}[${i}]`, report);
    });
  }
  checkPorts(match.destinationPorts, `${path}.destinationPorts`, report);
  if (match.destinationPorts && !hasPorts(match.protocol))
    report("NF207", `${path}.protocol`, "Ports need TCP, UDP or SCTP.");
  match.dscps?.forEach((dscp, i) => {
    checkDscp(dscp, `${path}.dscps[${i}]`, report);
  });
  const { minLength = 0, maxLength = maxPacketLength } = match;
  if (minLength < 0 || minLength > maxLength || maxLength > maxPacketLength || maxLength < 1)
    report("NF213", `${path}.maxLength`, `Lengths ${minLength}-${maxLength}: write a range within 1-65535.`);
}
