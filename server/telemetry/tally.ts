// SPDX-License-Identifier: Apache-2.0
// Sums over pods, nodes and views of what one tenant's chains did. The same shape holds rates (per second) and totals.
import type { Amount, LiveDrop, LivePod, LiveView } from "@nfaas/domain";

export interface EdgeTally {
  from: string;
  to: string;
  forward: Amount;
  reverse: Amount;
}
export interface DropTally {
  node: string;
  reason: string;
  packets: number;
}
export interface RuleTally {
  node: string;
  rule: string;
  packets: number;
}

/** In and out of a chain. */
const ways = ["injected", "entered", "left", "handed"] as const;

export class ChainTally {
  readonly injected: Amount = { packets: 0, bytes: 0 };
  /** From other chains of the tenant. */
  readonly entered: Amount = { packets: 0, bytes: 0 };
  readonly left: Amount = { packets: 0, bytes: 0 };
  /** To other chains of the tenant. */
  readonly handed: Amount = { packets: 0, bytes: 0 };
  readonly edges = new Map<string, EdgeTally>();
  readonly drops = new Map<string, DropTally>();
  readonly rules = new Map<string, RuleTally>();
  /** Packets by LiveLatency bucket, by node; both directions together. */
  readonly latency = new Map<string, number[]>();

  /** @param factor 1 for totals, 1 / seconds for rates */
  addView(view: LiveView, factor: number): void {
    for (const way of ways) addAmount(this[way], view[way], factor);
    for (const edge of view.edges) {
      addAmount(this.#edge(edge.from, edge.to)[edge.direction], edge, factor);
    }
    for (const drop of view.drops) addDrop(this.drops, drop, factor);
    for (const { node, rule, packets } of view.rules) this.#addRule(node, rule, packets * factor);
    for (const { node, buckets } of view.latency) this.#addLatency(node, buckets, factor);
  }

  add(other: ChainTally): void {
    for (const way of ways) addAmount(this[way], other[way], 1);
    for (const { from, to, forward, reverse } of other.edges.values()) {
      const edge = this.#edge(from, to);
      addAmount(edge.forward, forward, 1);
      addAmount(edge.reverse, reverse, 1);
    }
    for (const drop of other.drops.values()) addDrop(this.drops, drop, 1);
    for (const { node, rule, packets } of other.rules.values()) this.#addRule(node, rule, packets);
    for (const [node, buckets] of other.latency) this.#addLatency(node, buckets, 1);
  }

  #edge(from: string, to: string): EdgeTally {
    const none = (): Amount => ({ packets: 0, bytes: 0 });
    return entry(this.edges, `${from} ${to}`, () => ({ from, to, forward: none(), reverse: none() }));
  }

  #addLatency(node: string, buckets: readonly number[], factor: number): void {
    const sums = entry(this.latency, node, () => buckets.map(() => 0));
    for (const [i, packets] of buckets.entries()) sums[i] = (sums[i] ?? 0) + packets * factor;
  }

  #addRule(node: string, rule: string, packets: number): void {
    entry(this.rules, `${node} ${rule}`, () => ({ node, rule, packets: 0 })).packets += packets;
  }
}

export class TenantTally {
  readonly chains = new Map<string, ChainTally>();
  /** Drops of packets that no chain had taken yet. */
  readonly drops = new Map<string, DropTally>();
  /** Nanoseconds of worker CPU; per second when it holds rates. */
  cpuNs = 0;
  /** A gauge: the sum of the pods' connection tables. */
  flows = 0;

  chain(name: string): ChainTally {
    return entry(this.chains, name, () => new ChainTally());
  }

  add(other: TenantTally): void {
    for (const [name, chain] of other.chains) this.chain(name).add(chain);
    for (const drop of other.drops.values()) addDrop(this.drops, drop, 1);
    this.cpuNs += other.cpuNs;
    this.flows += other.flows;
  }
}

/** By tenant name. */
export type Tally = Map<string, TenantTally>;

export const tallyOf = (tally: Tally, tenant: string): TenantTally =>
  entry(tally, tenant, () => new TenantTally());

/** @param factor 1 for totals, 1 / seconds for rates */
export function addPod(tally: Tally, pod: LivePod, factor: number): void {
  for (const tenant of pod.tenants) {
    const own = tallyOf(tally, tenant.tenant);
    own.cpuNs += tenant.cpuNs * factor;
    own.flows += tenant.flows;
    for (const drop of tenant.drops) addDrop(own.drops, drop, factor);
  }
  for (const view of pod.views) tallyOf(tally, view.tenant).chain(view.chain).addView(view, factor);
}

export function addTally(tally: Tally, other: Tally): void {
  for (const [name, tenant] of other) tallyOf(tally, name).add(tenant);
}

function addAmount(sum: Amount, { packets, bytes }: Amount, factor: number): void {
  sum.packets += packets * factor;
  sum.bytes += bytes * factor;
}

type Drop = Pick<LiveDrop, "node" | "reason" | "packets">;
function addDrop(drops: Map<string, DropTally>, { node, reason, packets }: Drop, factor: number): void {
  entry(drops, `${node} ${reason}`, () => ({ node, reason, packets: 0 })).packets += packets * factor;
}

function entry<V>(map: Map<string, V>, key: string, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
