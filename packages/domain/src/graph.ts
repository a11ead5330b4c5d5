// SPDX-License-Identifier: Apache-2.0
// The chain graph: what a tenant draws. Plain data, no React, no I/O; the editor, the server, the compiler and the
// operator all speak of this one.

/** As people choose among them. */
export const protocols = ["any", "icmp", "tcp", "udp", "icmpv6", "sctp"] as const;
export type Protocol = (typeof protocols)[number];
export const hasPorts = (protocol: Protocol | undefined): boolean =>
  protocol === "tcp" || protocol === "udp" || protocol === "sctp";

export type Action = "allow" | "deny";

/** Inclusive range of TCP/UDP ports, 1..65535. */
export interface PortRange {
  first: number;
  last: number;
}

/** One line of a firewall: the first rule that matches a new flow decides it. Absent fields match everything. */
export interface FirewallRule {
  /** Unique in the node; the key of its counter. */
  name: string;
  action: Action;
  /** IPv4 or IPv6 prefix, e.g. "10.0.1.0/24". */
  source?: string;
  destination?: string;
  protocol: Protocol;
  sourcePorts?: PortRange;
  destinationPorts?: PortRange;
  /** Goes before the firewall's. */
  log?: FlowLogConfig;
}

export interface FirewallConfig {
  rules: FirewallRule[];
  defaultAction: Action;
  /** How many new flows each replica lets in; absent = no limit. */
  newFlows?: NewFlowLimit;
  /** Of decisions on new flows; absent = none. */
  log?: FlowLogConfig;
}

export interface FlowLogConfig {
  /** Tells one in so many, 1..1,000,000. */
  oneIn: number;
}

export interface NewFlowLimit {
  /** 1..10,000,000 */
  perSecond: number;
  /** Flows at once, 1..10,000,000; absent = as many as in a second. */
  burst?: number;
}

export interface Position {
  x: number;
  y: number;
}

/** An end of the chain: one of the tenant's attachments. */
export interface AttachmentNode {
  kind: "attachment";
  name: string;
  attachment: string;
  position: Position;
}

/** A network function of the catalogue with its configuration. */
export interface FunctionNode {
  kind: "function";
  name: string;
  /** Name of the NetworkFunction, e.g. "firewall". */
  function: string;
  /** Validated by the function's own rules; see functions/. */
  config?: unknown;
  position: Position;
}

export type ChainNode = AttachmentNode | FunctionNode;

/** Which packets take an edge, when a node has several. Absent fields match everything. */
export interface EdgeMatch {
  sources?: string[];
  destinations?: string[];
  protocol?: Protocol;
  destinationPorts?: PortRange;
}

export interface ChainEdge {
  name: string;
  from: string;
  to: string;
  /** The function's output this edge hangs on; absent = the unnamed one. */
  output?: string;
  match?: EdgeMatch;
}

/** How a newer view takes over from the ones before it. */
export interface Rollout {
  /** How long an old view may drain before the rest counts as lost on the wire; absent = 10. */
  drainDeadlineSeconds?: number;
  /**
   * What stays on a view when a newer one takes over: nothing but packets under way (packets; absent), or flows until
   * they end or keepFlowsSeconds have passed (flows).
   */
  drain?: "packets" | "flows";
  /** With `flows`, 1..86400; absent = 300. */
  keepFlowsSeconds?: number;
}

export const defaultKeepFlowsSeconds = 300;
export const maxKeepFlowsSeconds = 86_400;

export interface ChainGraph {
  nodes: ChainNode[];
  edges: ChainEdge[];
  /** Absent = what is deployed stays as it is. */
  rollout?: Rollout;
}

export const emptyGraph: ChainGraph = { nodes: [], edges: [] };

/** RFC 1123 label: what Kubernetes takes as a name and what we take for nodes, edges, rules and chains. */
export const namePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** SI is 8 bits and starts at 255 (RFC 8300 section 2.2); we keep a reserve below it. */
export const maxNodes = 250;
export const maxEdges = 1000;
export const maxRules = 10_000;
