// SPDX-License-Identifier: Apache-2.0
// From a process's counters to the live stream's figures. Pure.
import type { Direction, LiveDrop, LivePod, LiveTenant, LiveView, ServiceChainView } from "@nfaas/domain";
import { keyOf } from "../../kubernetes/resources.ts";
import {
  type CountersResponse,
  type DropCounter,
  DropReason,
  type ViewCounters,
  Direction as WireDirection,
} from "../generated/nfaas_dataplane_pb.ts";

/** Names for ids: the counters know only ids. */
export interface Names {
  tenant(tenantId: number): string | undefined;
  /** By uid; also of a view that has just been deleted. */
  view(uid: string): ServiceChainView | undefined;
}

export interface PodFacts {
  name: string;
  function: string;
  ready: boolean;
}

const direction = (of: WireDirection): Direction => (of === WireDirection.REVERSE ? "reverse" : "forward");

/** "QUEUE_FULL" to "queue-full". */
const dropReason = (reason: DropReason): string =>
  (DropReason[reason] ?? "unspecified").toLowerCase().replaceAll("_", "-");

const amount = ({ packets, bytes }: { packets: bigint; bytes: bigint }) => ({
  packets: Number(packets),
  bytes: Number(bytes),
});

const drop = (counter: DropCounter): LiveDrop => ({
  node: counter.node,
  direction: direction(counter.direction),
  reason: dropReason(counter.reason),
  ...amount(counter),
});

function liveView(counters: ViewCounters, names: Names): LiveView[] {
  const view = names.view(counters.uid);
  if (!view) return [];
  return [
    {
      view: keyOf(view),
      uid: counters.uid,
      tenant: view.spec.tenant,
      chain: view.spec.chain,
      viewId: counters.viewId,
      injected: { packets: Number(counters.injectedPackets), bytes: Number(counters.injectedBytes) },
      entered: { packets: Number(counters.enteredPackets), bytes: Number(counters.enteredBytes) },
      copied: { packets: Number(counters.copiedPackets), bytes: Number(counters.copiedBytes) },
      left: { packets: Number(counters.leftPackets), bytes: Number(counters.leftBytes) },
      handed: { packets: Number(counters.handedPackets), bytes: Number(counters.handedBytes) },
      drops: counters.drops.map(drop),
      edges: counters.edges.map((edge) => ({
        from: edge.from,
        to: edge.to,
        direction: direction(edge.direction),
        ...amount(edge),
      })),
      rules: counters.rules.map((rule) => ({ node: rule.node, rule: rule.rule, ...amount(rule) })),
      latency: counters.latency.map((histogram) => ({
        node: histogram.node,
        direction: direction(histogram.direction),
        buckets: histogram.buckets.map(Number),
        sumNs: Number(histogram.sumNs),
      })),
    },
  ];
}

const liveTenants = ({ tenants }: CountersResponse, names: Names): LiveTenant[] =>
  tenants.map((t) => ({
    tenant: names.tenant(t.tenantId) ?? String(t.tenantId),
    tenantId: t.tenantId,
    cpuNs: Number(t.cpuNs),
    cycles: Number(t.cycles),
    sharedWorker: t.sharedWorker,
    queueDepth: t.queueDepth,
    queueCapacity: t.queueCapacity,
    buffers: t.buffers,
    bufferQuota: t.bufferQuota,
    flows: Number(t.flows),
    drops: t.drops.map(drop),
  }));

/**
 * A pod whose process does not answer is shown without figures: epoch "".
 * @param departed the last counters of views that the process has no more
 */
export const livePod = (
  pod: PodFacts,
  counters: CountersResponse | undefined,
  names: Names,
  departed: readonly ViewCounters[] = [],
): LivePod => ({
  pod: pod.name,
  function: pod.function,
  epoch: counters?.epoch ?? "",
  time: Number((counters?.timeNs ?? 0n) / 1_000_000n),
  ready: pod.ready,
  ioCpuNs: Number(counters?.ioCpuNs ?? 0n),
  members: counters?.stateGroup?.members.map((m) => ({
    pod: m.pod,
    connected: m.connected,
    lagMs: Number(m.lagMs),
  })),
  malformedPackets: Number(counters?.malformedPackets ?? 0n),
  links: (counters?.ports ?? [])
    .filter((port) => port.fabric)
    .map(({ name, up, dead, deaths }) => ({ peer: name, up, dead, deaths: Number(deaths) })),
  tenants: counters ? liveTenants(counters, names) : [],
  views: counters ? [...counters.views, ...departed].flatMap((v) => liveView(v, names)) : [],
});
