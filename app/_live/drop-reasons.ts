// SPDX-License-Identifier: Apache-2.0
// What the data plane's drop reasons (DropReason of its protocol, lower-case with dashes) mean to a person.

const reasons: Readonly<Record<string, string>> = {
  malformed: "Not a well-formed packet",
  "unknown-tenant": "Carries a tenant this pod doesn’t know",
  "unknown-view": "Carries a view this pod doesn’t have",
  "unknown-position": "No node stands at its position",
  "ttl-expired": "Its TTL ran out",
  "view-loop": "Chains that enter each other led it in a circle",
  "no-view": "No published chain takes it",
  "no-route": "No edge of the node matches it",
  "no-backend": "No pod of the next function is available",
  denied: "A firewall denies it, by a rule or by default",
  "invalid-state": "Belongs to no known flow, such as a stray TCP segment",
  "table-full": "The flow table is full",
  "queue-full": "More came than the tenant’s worker could take",
  "link-down": "The link to the next pod is down",
  "link-full": "The link to the next pod had no room",
  neighbour: "The destination host doesn’t answer ARP",
  spoofed: "Its source isn’t one of the attachment’s prefixes",
  "tap-shed": "A mirror’s copy: there was no room for it beside the originals",
  "too-big": "Larger than the path’s MTU",
  "no-memory": "The pod had no packet buffer left",
  "buffer-quota": "The tenant had its share of the pod’s packet buffers",
  "new-flow-limited": "A firewall lets in no more new flows a second",
  "ports-exhausted": "A NAT has no public port left for its host",
  "no-mapping": "No host behind the NAT has sent to its sender from that port",
  unmappable: "Its IPv6 address is in no prefix that the NAT translates, or has no counterpart there",
  "rate-limited": "A rate limiter drops packets of its colour",
  "name-denied": "A web gateway lets nobody through to this site, or to one whose name is hidden",
  "name-pending": "A web gateway has it already, and waits for the rest of the site’s name",
  unsupported:
    "Not carried: a VLAN, IPv6 where the attachment has no IPv6 address, or what a NAT does not translate",
  fragment: "A fragment whose first one didn’t come in time",
};

/** A sentence for a reason; one that isn't known here is shown as it is. */
export const explainDrop = (reason: string): string =>
  (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined) ?? reason;
