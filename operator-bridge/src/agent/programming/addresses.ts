// SPDX-License-Identifier: Apache-2.0
// Addresses as the data plane wants them: bytes in network order.
import { createHash } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { maskPrefix, type PortRange, type Protocol, parsePrefix } from "@nfaas/domain";
import { type MatchSchema, type Prefix, PrefixSchema } from "../generated/nfaas_dataplane_pb.ts";

/** IANA protocol numbers; 0 = any. */
const protocolNumbers: Record<Protocol, number> = { any: 0, icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };

export const protocolNumber = (protocol: Protocol | undefined): number => protocolNumbers[protocol ?? "any"];

/** A value in an object that can't be told to the data plane; the message says which. */
export class UntranslatableError extends Error {
  override readonly name = "UntranslatableError";
}

function parsed(text: string) {
  const prefix = parsePrefix(text);
  if (!prefix) throw new UntranslatableError(`"${text}" is not an address prefix`);
  return prefix;
}

/** An address with the length of its subnet, host bits kept. */
export function addressInSubnet(text: string): Prefix {
  const { address, length } = parsed(text);
  return create(PrefixSchema, { address, length });
}

export function prefix(text: string): Prefix {
  const { address, length } = maskPrefix(parsed(text));
  return create(PrefixSchema, { address, length });
}

/** An attachment's prefixes; where none is IPv6, the subnet of its IPv6 address is one too. */
export const reachable = (of: { address6?: string; prefixes: readonly string[] }): string[] =>
  of.address6 === undefined || of.prefixes.some((p) => p.includes(":"))
    ? [...of.prefixes]
    : [...of.prefixes, of.address6];

export const hostAddress = (text: string): Uint8Array => parsed(text).address;

const isIpv6 = (address: string): boolean => address.includes(":");

/** A fabric is of one family: pods of another are not to be reached. */
export const areOfOneFamily = (a: string, b: string): boolean => isIpv6(a) === isIpv6(b);

/**
 * Locally administered (02) and made from the fabric address, so nobody has to hand them out. Of IPv6 from all of it: pods of two
 * nodes may end alike.
 */
export function macOf(fabricAddress: string): Uint8Array {
  const bytes = hostAddress(fabricAddress);
  if (!isIpv6(fabricAddress)) return Uint8Array.from([0x02, 0x00, ...bytes]);
  return Uint8Array.from([0x02, ...createHash("sha256").update(bytes).digest().subarray(0, 5)]);
}

export const portRange = (range: PortRange | undefined) => range && { first: range.first, last: range.last };

export function match(of: {
  sources?: readonly string[];
  destinations?: readonly string[];
  protocol?: Protocol;
  destinationPorts?: PortRange;
}): MessageInitShape<typeof MatchSchema> {
  return {
    sources: (of.sources ?? []).map(prefix),
    destinations: (of.destinations ?? []).map(prefix),
    protocol: protocolNumber(of.protocol),
    destinationPorts: portRange(of.destinationPorts),
  };
}
