// SPDX-License-Identifier: Apache-2.0
// A tenant with its attachments.
import type { Condition, Resource } from "./resource.ts";

/** A host of direct server return: it takes packets out of GRE by itself and answers their senders by its own route. */
export interface DirectReturnServer {
  name: string;
  /** IPv4, a host in the subnet of the attachment's address. */
  address: string;
  /** Its share of new flows beside the others', 0..10000; 0 drains; absent = 100. */
  weight?: number;
}

/** Where a tenant's packets enter or leave: a gateway's edge port, and the hosts behind it. */
export interface Attachment {
  name: string;
  /** Name of the Gateway and of one of its edge ports. */
  gateway: string;
  edgePort: string;
  /** 0 or absent = untagged. */
  vlan?: number;
  /** The gateway's own address on that port with its subnet, e.g. "10.0.1.1/24": the hosts' router. */
  address: string;
  /** The same over IPv6, e.g. "2001:db8:1::1/64"; absent = no IPv6 is carried here. */
  address6?: string;
  /** Sources accepted here, destinations reachable here; a family of which none is named has the gateway's subnet. */
  prefixes: string[];
  /** Packets leave in plain GRE to one of these, by flow; absent = as they are, to the host they are addressed to. */
  directReturn?: { servers: DirectReturnServer[] };
  /** Makes it a tap: it only receives, and what it receives are mirrors' copies. */
  tap?: Tap;
}

export interface Tap {
  /** IPv4 address of the host in the subnet of `address` that all copies are sent to, whomever they speak of. */
  collector: string;
}

export interface TenantSpec {
  /** 1..16777215, immutable. */
  tenantId: number;
  displayName: string;
  /** 1..10000 as in cgroup v2; absent = 100. */
  cpuWeight?: number;
  attachments: Attachment[];
}
export type Tenant = Resource<"Tenant", TenantSpec, { conditions?: Condition[] }>;
