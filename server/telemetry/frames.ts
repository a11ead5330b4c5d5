// SPDX-License-Identifier: Apache-2.0
// From sums to what the screen gets. Pure.
import type { Amount } from "@nfaas/domain";
import { quantile } from "./quantile.ts";
import { ChainTally, type DropTally, TenantTally } from "./tally.ts";
import type {
  LiveChainFrame,
  LiveDropRate,
  LiveNodeLatency,
  LivePoint,
  LiveTenantFrame,
  Rate,
} from "./types.ts";

const rate = ({ packets, bytes }: Amount): Rate => ({ bitsPerSecond: bytes * 8, packetsPerSecond: packets });

const sum = (drops: Iterable<DropTally>): number => {
  let packets = 0;
  for (const drop of drops) packets += drop.packets;
  return packets;
};

const plus = (a: Amount, b: Amount): Amount => ({ packets: a.packets + b.packets, bytes: a.bytes + b.bytes });

export const chainPoint = (time: number, rates: ChainTally): LivePoint => ({
  time,
  in: rate(plus(rates.injected, rates.entered)),
  out: rate(plus(rates.left, rates.handed)),
  droppedPacketsPerSecond: sum(rates.drops.values()),
});

export function tenantPoint(time: number, rates: TenantTally): LivePoint {
  const all = new ChainTally();
  for (const chain of rates.chains.values()) all.add(chain);
  return {
    time,
    in: rate(all.injected),
    out: rate(all.left),
    droppedPacketsPerSecond: sum(all.drops.values()) + sum(rates.drops.values()),
  };
}

/** Every drop that ever was, with what it does now; the busiest first. */
function dropRates(rates: Map<string, DropTally>, totals: Map<string, DropTally>): LiveDropRate[] {
  return [...totals]
    .filter(([, { packets }]) => packets > 0)
    .map(([key, { node, reason, packets }]) => {
      const packetsPerSecond = rates.get(key)?.packets ?? 0;
      return { node, reason, packetsPerSecond, total: Math.round(packets) };
    })
    .sort((a, b) => b.packetsPerSecond - a.packetsPerSecond || b.total - a.total);
}

function latencies(tally: ChainTally): LiveNodeLatency[] {
  return [...tally.latency].flatMap(([node, buckets]) => {
    const [p50Ns, p99Ns] = [quantile(buckets, 0.5), quantile(buckets, 0.99)];
    return p50Ns === null || p99Ns === null ? [] : [{ node, p50Ns, p99Ns }];
  });
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function chainFrame(time: number, rates: ChainTally, totals: ChainTally): LiveChainFrame {
  const edges = [...rates.edges.values()].map(({ from, to, forward, reverse }) => ({
    from,
    to,
    forward: rate(forward),
    reverse: rate(reverse),
  }));
  const rules = [...totals.rules].map(([key, { node, rule, packets }]) => ({
    node,
    rule,
    packets: Math.round(packets),
    packetsPerSecond: rates.rules.get(key)?.packets ?? 0,
  }));
  return {
    ...chainPoint(time, rates),
    edges: edges.sort((a, b) => byName(`${a.from} ${a.to}`, `${b.from} ${b.to}`)),
    latency: latencies(rates).sort((a, b) => byName(a.node, b.node)),
    drops: dropRates(rates.drops, totals.drops),
    rules: rules.sort((a, b) => byName(`${a.node} ${a.rule}`, `${b.node} ${b.rule}`)),
  };
}

export function tenantFrame(time: number, rates: TenantTally, totals: TenantTally): LiveTenantFrame {
  const names = [...rates.chains.keys()].sort(byName);
  const none = new ChainTally();
  const drops = [...totals.chains].flatMap(([chain, tally]) =>
    dropRates((rates.chains.get(chain) ?? none).drops, tally.drops).map((drop) => ({ chain, ...drop })),
  );
  const early = dropRates(rates.drops, totals.drops).map((drop) => ({ chain: "", ...drop }));
  return {
    ...tenantPoint(time, rates),
    chains: names.map((chain) => ({ chain, ...chainPoint(time, rates.chains.get(chain) ?? none) })),
    drops: [...drops, ...early].sort((a, b) => b.packetsPerSecond - a.packetsPerSecond || b.total - a.total),
    cpuCores: rates.cpuNs / 1e9,
    flows: rates.flows,
  };
}

export const noTenant = new TenantTally();
