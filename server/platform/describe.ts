// SPDX-License-Identifier: Apache-2.0
// From what the Kubernetes API and the live streams say to the dashboard's lines. Pure.
import type {
  DataplaneNode,
  LivePod,
  PodStatus,
  PodView,
  ServiceChain,
  ServiceChainView,
  Tenant,
} from "@nfaas/domain";
import { drains, keptFlowsOf } from "../chains/keeping-views.ts";
import type { PodCpu } from "../telemetry/node-meter.ts";
import type { LiveSourceState, LiveTenantFrame } from "../telemetry/types.ts";
import type {
  PlatformCapacity,
  PlatformNode,
  PlatformPod,
  PlatformTenant,
  PlatformView,
  PodSharing,
  ViewState,
} from "./types.ts";

export function describeNode(node: DataplaneNode, stream: LiveSourceState | undefined): PlatformNode {
  const { status } = node;
  const conditions = status?.conditions ?? [];
  return {
    name: node.metadata.name,
    agentAddress: status?.agentAddress ?? null,
    ready: conditions.find(({ type }) => type === "Ready")?.status === "True" || (stream?.connected ?? false),
    cpus: status?.cpus ?? null,
    memoryBytes: status?.memoryBytes ?? null,
    hugepagesFree: status?.hugepagesFree ?? null,
    virtualFunctions: status?.virtualFunctions ?? null,
    stream: stream ?? null,
    conditions,
  };
}

export function describePod(
  node: string,
  pod: PodStatus,
  live: LivePod | undefined,
  cpu: PodCpu | undefined,
  unansweredBy: string[],
): PlatformPod {
  return {
    name: pod.name,
    node,
    function: pod.function,
    ready: pod.ready,
    restarts: pod.restarts,
    fabricAddress: pod.fabricAddress,
    ioCpuCores: cpu?.io ?? null,
    tenants: (live?.tenants ?? []).map(
      ({ tenant, sharedWorker, queueDepth, queueCapacity, buffers, bufferQuota, flows }) => ({
        tenant,
        cpuCores: cpu?.tenants.get(tenant) ?? 0,
        sharedWorker,
        queueDepth,
        queueCapacity,
        buffers,
        bufferQuota,
        flows,
      }),
    ),
    malformedPackets: live?.malformedPackets ?? null,
    unansweredBy,
    sharing: describeSharing(pod, live),
    drain: pod.drains?.find(({ uid }) => uid === pod.uid)?.stage ?? null,
  };
}

function describeSharing({ synced }: PodStatus, live: LivePod | undefined): PodSharing | null {
  if (!live?.members || live.members.length === 0) return null;
  return { synced: synced ?? true, members: live.members };
}

export function describeTenant(
  tenant: Tenant,
  chains: readonly ServiceChain[],
  frame: LiveTenantFrame | null,
): PlatformTenant {
  const { name } = tenant.metadata;
  const { displayName, tenantId } = tenant.spec;
  const live = frame && {
    time: frame.time,
    in: frame.in,
    out: frame.out,
    droppedPacketsPerSecond: frame.droppedPacketsPerSecond,
  };
  return {
    name,
    displayName,
    tenantId,
    chains: chains.filter(({ spec }) => spec.tenant === name).length,
    live,
    cpuCores: frame?.cpuCores ?? 0,
    drops: (frame?.drops ?? []).map(({ chain: _, ...drop }) => drop),
  };
}

function viewState(view: ServiceChainView, entries: readonly PodView[]): ViewState {
  if (view.metadata.deletionTimestamp) return "deleting";
  if (entries.length === 0 || entries.some(({ programmed }) => !programmed)) return "programming";
  if ((shareOf(entries) ?? 0) > 0) return "active";
  return drains(view) || entries.some(({ conservation }) => conservation) ? "draining" : "programmed";
}

function shareOf(entries: readonly PodView[]): number | null {
  const shares = entries.flatMap(({ share }) => share ?? []);
  return shares.length === 0 ? null : Math.max(...shares);
}

export function describeView(
  view: ServiceChainView,
  pods: readonly PodStatus[],
  live: readonly LivePod[],
): PlatformView {
  const uid = view.metadata.uid ?? "";
  const entries = pods.flatMap((pod) => pod.views.filter((entry) => entry.uid === uid));
  const counted = live.flatMap((pod) => pod.views.filter((entry) => entry.uid === uid));
  const sum = (of: (entry: (typeof counted)[number]) => number): number | null =>
    counted.length === 0 ? null : counted.reduce((total, entry) => total + of(entry), 0);
  const came = sum(({ injected, entered, copied }) => injected.packets + entered.packets + copied.packets);
  const out = sum(({ left, handed }) => left.packets + handed.packets);
  const dropped = sum((entry) => entry.drops.reduce((total, { packets }) => total + packets, 0));
  const refusal = entries.find(({ programmed, message }) => !programmed && message);
  const { tenant, chain, viewId, revision } = view.spec;
  const state = viewState(view, entries);
  return {
    view: `${view.metadata.namespace}/${view.metadata.name}`,
    tenant,
    chain,
    viewId,
    revision,
    share: shareOf(entries),
    state,
    keptFlows: state === "draining" ? (keptFlowsOf(view.metadata.uid, pods) ?? null) : null,
    programmedPods: entries.filter(({ programmed }) => programmed).length,
    pods: entries.length,
    in: came,
    out,
    dropped,
    // Pods are sampled a moment apart, so the difference can be a little below nothing: that is nothing.
    inFlight: came === null ? null : Math.max(0, came - (out ?? 0) - (dropped ?? 0)),
    message: refusal ? `${refusal.reason}: ${refusal.message}` : null,
  };
}

export function describeCapacity(
  nodes: readonly PlatformNode[],
  pods: readonly PlatformPod[],
): PlatformCapacity {
  const total = (of: (node: PlatformNode) => number | null): number =>
    nodes.reduce((sum, node) => sum + (of(node) ?? 0), 0);
  const workers = (pod: PlatformPod): number => pod.tenants.reduce((sum, { cpuCores }) => sum + cpuCores, 0);
  return {
    nodes: nodes.length,
    cpus: total(({ cpus }) => cpus),
    memoryBytes: total(({ memoryBytes }) => memoryBytes),
    hugepagesFree: total(({ hugepagesFree }) => hugepagesFree),
    virtualFunctions: total(({ virtualFunctions }) => virtualFunctions),
    pods: pods.length,
    readyPods: pods.filter(({ ready }) => ready).length,
    usedCpuCores: pods.reduce((sum, pod) => sum + (pod.ioCpuCores ?? 0) + workers(pod), 0),
  };
}
