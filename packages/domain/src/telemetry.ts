// SPDX-License-Identifier: Apache-2.0
// The agent's live stream: one LiveSample a second as Server-Sent Events from GET /live (event "sample"). Figures are
// cumulative since the pod's epoch; readers take differences and start again when the epoch changes.

export type Direction = "forward" | "reverse";

/** Packets and bytes since the epoch. Bytes are of the tenants' IP packets, without any encapsulation. */
export interface Amount {
  packets: number;
  bytes: number;
}

export interface LiveDrop extends Amount {
  /** Empty = before a position was known. */
  node: string;
  direction: Direction;
  /** Lower-case, dashes: "denied", "queue-full", ... (DropReason of the protocol). */
  reason: string;
}

/** How long packets were in the pod, by the last position they were at there. Since the epoch. */
export interface LiveLatency {
  node: string;
  direction: Direction;
  /** Packets. Bucket i: below latencyMinNs * 2^i and in no bucket before; the last one also all that took longer. */
  buckets: number[];
  sumNs: number;
}

export const latencyMinNs = 256;

export interface LiveView {
  /** "<namespace>/<name>" of the ServiceChainView. A chain that is made anew has views of the same names: */
  view: string;
  /** what is counted together has the same uid. */
  uid: string;
  tenant: string;
  chain: string;
  viewId: number;
  injected: Amount;
  /** From another view of the tenant. */
  entered: Amount;
  /** Copies that mirrors owed. */
  copied: Amount;
  left: Amount;
  /** To another view of the tenant. */
  handed: Amount;
  drops: LiveDrop[];
  /** Counted by the sender; from and to in the graph's own orientation. */
  edges: (Amount & { from: string; to: string; direction: Direction })[];
  rules: (Amount & { node: string; rule: string })[];
  latency: LiveLatency[];
}

export interface LiveTenant {
  tenant: string;
  tenantId: number;
  /** CPU time of the tenant's worker thread in this pod, nanoseconds. */
  cpuNs: number;
  cycles: number;
  /** The worker does other tenants' work too. */
  sharedWorker: boolean;
  queueDepth: number;
  queueCapacity: number;
  /** Packet buffers the tenant has of the pod's, and how many it may have. */
  buffers: number;
  bufferQuota: number;
  flows: number;
  drops: LiveDrop[];
}

/** A fabric link, as the pod sees it. */
export interface LiveLink {
  peer: string;
  up: boolean;
  /** The peer does not answer probes: it is out of this pod's pools. */
  dead: boolean;
  /** How often it was found dead, since the epoch. */
  deaths: number;
}

/** Another pod that shares its flows with this one. */
export interface LiveMember {
  pod: string;
  connected: boolean;
  /** All it knew so long ago is known here. */
  lagMs: number;
}

export interface LivePod {
  pod: string;
  function: string;
  /** Empty while the process doesn't answer: then there are no figures. */
  epoch: string;
  /** When the pod counted this, Unix milliseconds: what rates are taken over. 0 while it doesn't answer. */
  time: number;
  ready: boolean;
  ioCpuNs: number;
  malformedPackets: number;
  links: LiveLink[];
  /** Unset when the pod shares its flows with nobody. */
  members?: LiveMember[];
  tenants: LiveTenant[];
  views: LiveView[];
}

export interface LiveSample {
  node: string;
  /** Unix time, milliseconds. */
  time: number;
  pods: LivePod[];
}
