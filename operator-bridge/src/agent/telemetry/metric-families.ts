// SPDX-License-Identifier: Apache-2.0
// What Prometheus is told of: name, help and where the figures are from, in base units. Pure.
import type { LivePod } from "@nfaas/domain";
import {
  latencySeries,
  nanosecond,
  perEdge,
  perLink,
  perMember,
  perTenant,
  perView,
  type Sample,
  viewLabels,
} from "./series.ts";

interface Family {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  of(pod: LivePod): Sample[];
}

const familyOf =
  (type: Family["type"]) =>
  (name: string, help: string, of: Family["of"]): Family => ({ name, type, help, of });
const counter = familyOf("counter");
const gauge = familyOf("gauge");
const histogram = familyOf("histogram");

export const families: readonly Family[] = [
  gauge("nfaas_pod_ready", "Whether the pod's process runs and has its state.", (pod) => [
    [{ pod: pod.pod, function: pod.function }, pod.ready ? 1 : 0],
  ]),
  counter("nfaas_pod_io_cpu_seconds_total", "CPU time of the pod's I/O thread.", (pod) => [
    [{ pod: pod.pod }, pod.ioCpuNs * nanosecond],
  ]),
  counter("nfaas_pod_malformed_packets_total", "Packets dropped before a tenant was known.", (pod) => [
    [{ pod: pod.pod }, pod.malformedPackets],
  ]),
  gauge(
    "nfaas_link_up",
    "Whether the fabric link to the peer is up.",
    perLink((link) => (link.up ? 1 : 0)),
  ),
  gauge(
    "nfaas_neighbour_dead",
    "Whether the peer leaves probes unanswered and is out of this pod's pools.",
    perLink((link) => (link.dead ? 1 : 0)),
  ),
  counter(
    "nfaas_neighbour_deaths_total",
    "How often the peer was found dead.",
    perLink((link) => link.deaths),
  ),
  gauge(
    "nfaas_state_group_lag_seconds",
    "How old what the pod knows of the member's flows is.",
    perMember((member) => member.lagMs / 1e3),
  ),
  gauge(
    "nfaas_state_group_connected",
    "Whether the pod hears of the member's flows.",
    perMember((member) => (member.connected ? 1 : 0)),
  ),
  counter(
    "nfaas_tenant_cpu_seconds_total",
    "CPU time of the tenant's worker in the pod.",
    perTenant((t) => t.cpuNs * nanosecond),
  ),
  counter(
    "nfaas_tenant_cycles_total",
    "TSC cycles the tenant's worker spent on packets.",
    perTenant((t) => t.cycles),
  ),
  gauge(
    "nfaas_tenant_worker_shared",
    "Whether the tenant shares its worker in the pod with other tenants.",
    perTenant((t) => (t.sharedWorker ? 1 : 0)),
  ),
  gauge(
    "nfaas_tenant_queue_packets",
    "Packets waiting in the tenant's ring.",
    perTenant((t) => t.queueDepth),
  ),
  gauge(
    "nfaas_tenant_queue_capacity_packets",
    "Room in the tenant's ring.",
    perTenant((t) => t.queueCapacity),
  ),
  gauge(
    "nfaas_tenant_buffers",
    "Packet buffers of the pod that the tenant has.",
    perTenant((t) => t.buffers),
  ),
  gauge(
    "nfaas_tenant_buffer_quota",
    "Packet buffers of the pod that the tenant may have.",
    perTenant((t) => t.bufferQuota),
  ),
  gauge(
    "nfaas_tenant_flows",
    "Live flows of the tenant in the pod.",
    perTenant((t) => t.flows),
  ),
  counter("nfaas_tenant_dropped_packets_total", "Packets dropped that no view can be charged with.", (pod) =>
    pod.tenants.flatMap((t) =>
      t.drops.map(
        ({ node, direction, reason, packets }): Sample => [
          { pod: pod.pod, tenant: t.tenant, node, direction, reason },
          packets,
        ],
      ),
    ),
  ),
  counter(
    "nfaas_view_injected_packets_total",
    "Packets that entered the view here.",
    perView((v) => v.injected.packets),
  ),
  counter(
    "nfaas_view_injected_bytes_total",
    "Bytes of the tenants' IP packets that entered the view here.",
    perView((v) => v.injected.bytes),
  ),
  counter(
    "nfaas_view_left_packets_total",
    "Packets that left the view here.",
    perView((v) => v.left.packets),
  ),
  counter(
    "nfaas_view_left_bytes_total",
    "Bytes of the tenants' IP packets that left the view here.",
    perView((v) => v.left.bytes),
  ),
  counter(
    "nfaas_view_dropped_packets_total",
    "Packets of the view dropped here, by node and reason.",
    (pod) =>
      pod.views.flatMap((v) =>
        v.drops.map(
          ({ node, direction, reason, packets }): Sample => [
            { ...viewLabels(pod, v), node, direction, reason },
            packets,
          ],
        ),
      ),
  ),
  counter(
    "nfaas_edge_packets_total",
    "Packets that took the edge, counted by the sender.",
    perEdge("packets"),
  ),
  counter("nfaas_edge_bytes_total", "Bytes of the tenants' IP packets that took the edge.", perEdge("bytes")),
  counter(
    "nfaas_rule_packets_total",
    "Packets decided by the rule; rule empty = the default action.",
    (pod) =>
      pod.views.flatMap((v) =>
        v.rules.map(({ node, rule, packets }): Sample => [{ ...viewLabels(pod, v), node, rule }, packets]),
      ),
  ),
  histogram(
    "nfaas_pod_latency_seconds",
    "Time packets were in the pod, by the last position they were at there.",
    (pod) =>
      pod.views.flatMap((v) =>
        v.latency.flatMap((latency) =>
          latencySeries({ ...viewLabels(pod, v), node: latency.node, direction: latency.direction }, latency),
        ),
      ),
  ),
];
