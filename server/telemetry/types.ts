// SPDX-License-Identifier: Apache-2.0
// What the live subscriptions deliver. Rates are per second over the last interval, of the tenant's IP packets without
// encapsulation; both directions together unless said otherwise. Times are Unix milliseconds.

export interface Rate {
  bitsPerSecond: number;
  packetsPerSecond: number;
}

/** One second of a tenant or a chain: what a chart draws. */
export interface LivePoint {
  time: number;
  /** What the gateways put into the chains; of one chain also what came out of others. */
  in: Rate;
  /** What left them again; of one chain also what went on in others. */
  out: Rate;
  droppedPacketsPerSecond: number;
}

export interface LiveEdge {
  from: string;
  to: string;
  forward: Rate;
  reverse: Rate;
}

export interface LiveDropRate {
  /** Empty = before a position was known. */
  node: string;
  /** As the data plane says it: "denied", "queue-full", ... */
  reason: string;
  packetsPerSecond: number;
  /** Packets, of pods that run or ran since the console started. */
  total: number;
}

export interface LiveRule {
  node: string;
  rule: string;
  packetsPerSecond: number;
  /** Packets, of pods that run or ran since the console started. */
  packets: number;
}

/** How long a pod of the node had packets in the last interval, nanoseconds: half of them, and 99 of 100, for less. */
export interface LiveNodeLatency {
  node: string;
  p50Ns: number;
  p99Ns: number;
}

export interface LiveChainFrame extends LivePoint {
  edges: LiveEdge[];
  /** Of nodes that had packets; a pod that runs several nodes in a row counts for the last of them. */
  latency: LiveNodeLatency[];
  drops: LiveDropRate[];
  rules: LiveRule[];
}

export interface LiveTenantFrame extends LivePoint {
  chains: (LivePoint & { chain: string })[];
  /** Drops of all chains, and of packets that no chain took. */
  drops: (LiveDropRate & { chain: string })[];
  /** CPU the tenant's workers use, in cores: 0.25 = a quarter of one. */
  cpuCores: number;
  /** Flows in the connection tables. */
  flows: number;
}

export interface LiveSourceState {
  node: string;
  connected: boolean;
  /** When the newest sample was taken; null before the first. */
  sampleTime: number | null;
}

/**
 * A message of live.chain and live.tenant. The first carries up to 10 minutes of history (or, after a reconnect, what came
 * since the last one seen); each later one carries one point. `now` is null until a first rate is known.
 */
export interface LiveMessage<Frame> {
  history: LivePoint[];
  now: Frame | null;
  sources: LiveSourceState[];
}
