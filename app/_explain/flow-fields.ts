// SPDX-License-Identifier: Apache-2.0
// From what is typed to the flow that is asked for. Pure.
import { type ExplainFlow, explainPacketsMax, hasPorts, type Protocol, parsePrefix } from "@nfaas/domain";

export interface FlowFields {
  source: string;
  destination: string;
  protocol: Protocol;
  sourcePort: string;
  destinationPort: string;
  packets: string;
}
export const emptyFields: FlowFields = {
  source: "",
  destination: "",
  protocol: "any",
  sourcePort: "",
  destinationPort: "",
  packets: "4",
};

export type FieldErrors = Partial<Record<keyof FlowFields, string>>;
export type ReadFields =
  | { ok: true; flow: ExplainFlow; packets: number }
  | { ok: false; errors: FieldErrors };

const isWhole = (text: string, max: number): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= max;

/** Blank = any. Ports that the protocol hasn't are not asked for. */
export function readFields(fields: FlowFields): ReadFields {
  const { protocol } = fields;
  const [source, destination] = [fields.source.trim(), fields.destination.trim()];
  const ports = hasPorts(protocol);
  const [sourcePort, destinationPort] = [fields.sourcePort.trim(), fields.destinationPort.trim()];
  const errors: FieldErrors = {};
  const needPrefix = "An address such as 10.1.0.2, or a prefix such as 10.1.0.0/24";
  if (source && !parsePrefix(source)) errors.source = needPrefix;
  if (destination && !parsePrefix(destination)) errors.destination = needPrefix;
  if (ports && sourcePort && !isWhole(sourcePort, 65_535)) errors.sourcePort = "1 to 65535";
  if (ports && destinationPort && !isWhole(destinationPort, 65_535)) errors.destinationPort = "1 to 65535";
  if (!isWhole(fields.packets.trim(), explainPacketsMax)) errors.packets = `1 to ${explainPacketsMax}`;
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const flow: ExplainFlow = {
    protocol,
    ...(source ? { source } : {}),
    ...(destination ? { destination } : {}),
    ...(ports && sourcePort ? { sourcePort: Number(sourcePort) } : {}),
    ...(ports && destinationPort ? { destinationPort: Number(destinationPort) } : {}),
  };
  return { ok: true, flow, packets: Number(fields.packets) };
}
