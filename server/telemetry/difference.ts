// SPDX-License-Identifier: Apache-2.0
// What happened between two samples of a pod. Counters are cumulative since the pod's epoch, so a difference is exact however
// many samples were missed in between. Pure.
import type { Amount, LiveDrop, LiveLatency, LivePod, LiveTenant, LiveView } from "@nfaas/domain";

/** A counter only rises; should one fall within an epoch, the reading is void, never negative and never inflated. */
const rise = (now: number, before: number | undefined): number => Math.max(0, now - (before ?? 0));

const amount = (now: Amount, before: Amount | undefined): Amount => ({
  packets: rise(now.packets, before?.packets),
  bytes: rise(now.bytes, before?.bytes),
});

function each<T extends Amount>(
  now: readonly T[],
  before: readonly T[] | undefined,
  key: (item: T) => string,
): T[] {
  const old = new Map(before?.map((item) => [key(item), item]));
  return now.map((item) => ({ ...item, ...amount(item, old.get(key(item))) }));
}

const dropKey = ({ node, direction, reason }: LiveDrop): string => `${node} ${direction} ${reason}`;

function latency(now: LiveLatency, before: readonly LiveLatency[] | undefined): LiveLatency {
  const old = before?.find((item) => item.node === now.node && item.direction === now.direction);
  return {
    ...now,
    buckets: now.buckets.map((packets, i) => rise(packets, old?.buckets[i])),
    sumNs: rise(now.sumNs, old?.sumNs),
  };
}

function view(now: LiveView, before: LiveView | undefined): LiveView {
  return {
    ...now,
    injected: amount(now.injected, before?.injected),
    entered: amount(now.entered, before?.entered),
    copied: amount(now.copied, before?.copied),
    left: amount(now.left, before?.left),
    handed: amount(now.handed, before?.handed),
    drops: each(now.drops, before?.drops, dropKey),
    edges: each(now.edges, before?.edges, ({ from, to, direction }) => `${from} ${to} ${direction}`),
    rules: each(now.rules, before?.rules, ({ node, rule }) => `${node} ${rule}`),
    latency: now.latency.map((item) => latency(item, before?.latency)),
  };
}

function tenant(now: LiveTenant, before: LiveTenant | undefined): LiveTenant {
  return {
    ...now,
    cpuNs: rise(now.cpuNs, before?.cpuNs),
    cycles: rise(now.cycles, before?.cycles),
    drops: each(now.drops, before?.drops, dropKey),
  };
}

/**
 * The pod with every counter replaced by its rise since `before`; gauges (queue, flows) as they are now. A view or tenant that
 * `before` didn't have began at zero. Undefined when the pod's epoch changed: there is nothing to compare with.
 */
export function differencePod(now: LivePod, before: LivePod | undefined): LivePod | undefined {
  if (before === undefined || before.epoch !== now.epoch) return undefined;
  const views = new Map(before.views.map((item) => [item.uid, item]));
  const tenants = new Map(before.tenants.map((item) => [item.tenant, item]));
  return {
    ...now,
    ioCpuNs: rise(now.ioCpuNs, before.ioCpuNs),
    malformedPackets: rise(now.malformedPackets, before.malformedPackets),
    tenants: now.tenants.map((item) => tenant(item, tenants.get(item.tenant))),
    views: now.views.map((item) => view(item, views.get(item.uid))),
  };
}
