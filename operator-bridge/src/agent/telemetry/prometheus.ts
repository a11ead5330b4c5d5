// SPDX-License-Identifier: Apache-2.0
// The same figures for Prometheus (text exposition format 0.0.4), in base units. Pure.
import {
  type LiveLatency,
  type LiveMember,
  type LivePod,
  type LiveSample,
  latencyMinNs,
} from "@nfaas/domain";

type Labels = Record<string, string>;
/** The suffix is of a histogram's series: _bucket, _sum, _count. */
type Sample = [Labels, number, suffix?: string];

interface Family {
  name: string;
  type: "counter" | "gauge" | "histogram";
  help: string;
  of(pod: LivePod): Sample[];
}

const nanosecond = 1e-9;

const viewLabels = ({ pod }: LivePod, view: LivePod["views"][number]): Labels => ({
  pod,
  tenant: view.tenant,
  chain: view.chain,
  view: view.view,
});

const perLink =
  (value: (link: LivePod["links"][number]) => number) =>
  (pod: LivePod): Sample[] =>
    pod.links.map((link) => [{ pod: pod.pod, peer: link.peer }, value(link)]);
const perMember =
  (value: (member: LiveMember) => number) =>
  (pod: LivePod): Sample[] =>
    (pod.members ?? []).map((member) => [{ pod: pod.pod, member: member.pod }, value(member)]);
const perTenant =
  (value: (tenant: LivePod["tenants"][number]) => number) =>
  (pod: LivePod): Sample[] =>
    pod.tenants.map((t) => [{ pod: pod.pod, tenant: t.tenant }, value(t)]);
const perView =
  (value: (view: LivePod["views"][number]) => number) =>
  (pod: LivePod): Sample[] =>
    pod.views.map((v) => [viewLabels(pod, v), value(v)]);
const perEdge =
  (unit: "packets" | "bytes") =>
  (pod: LivePod): Sample[] =>
    pod.views.flatMap((v) =>
      v.edges.map(
        ({ from, to, direction, [unit]: value }): Sample => [
          { ...viewLabels(pod, v), from, to, direction },
          value,
        ],
      ),
    );

/** Cumulative buckets in seconds; the last one has no bound but +Inf. */
function latencySeries(labels: Labels, { buckets, sumNs }: LiveLatency): Sample[] {
  let packets = 0;
  const series = buckets.map((count, i): Sample => {
    packets += count;
    const le = i === buckets.length - 1 ? "+Inf" : String((latencyMinNs * 2 ** i) / 1e9);
    return [{ ...labels, le }, packets, "_bucket"];
  });
  return [...series, [labels, sumNs * nanosecond, "_sum"], [labels, packets, "_count"]];
}

const families: Family[] = [
  {
    name: "nfaas_pod_ready",
    type: "gauge",
    help: "Whether the pod's process runs and has its state.",
    of: (pod) => [[{ pod: pod.pod, function: pod.function }, pod.ready ? 1 : 0]],
  },
  {
    name: "nfaas_pod_io_cpu_seconds_total",
    type: "counter",
    help: "CPU time of the pod's I/O thread.",
    of: (pod) => [[{ pod: pod.pod }, pod.ioCpuNs * nanosecond]],
  },
  {
    name: "nfaas_pod_malformed_packets_total",
    type: "counter",
    help: "Packets dropped before a tenant was known.",
    of: (pod) => [[{ pod: pod.pod }, pod.malformedPackets]],
  },
  {
    name: "nfaas_link_up",
    type: "gauge",
    help: "Whether the fabric link to the peer is up.",
    of: perLink((link) => (link.up ? 1 : 0)),
  },
  {
    name: "nfaas_neighbour_dead",
    type: "gauge",
    help: "Whether the peer leaves probes unanswered and is out of this pod's pools.",
    of: perLink((link) => (link.dead ? 1 : 0)),
  },
  {
    name: "nfaas_neighbour_deaths_total",
    type: "counter",
    help: "How often the peer was found dead.",
    of: perLink((link) => link.deaths),
  },
  {
    name: "nfaas_state_group_lag_seconds",
    type: "gauge",
    help: "How old what the pod knows of the member's flows is.",
    of: perMember((member) => member.lagMs / 1e3),
  },
  {
    name: "nfaas_state_group_connected",
    type: "gauge",
    help: "Whether the pod hears of the member's flows.",
    of: perMember((member) => (member.connected ? 1 : 0)),
  },
  {
    name: "nfaas_tenant_cpu_seconds_total",
    type: "counter",
    help: "CPU time of the tenant's worker in the pod.",
    of: perTenant((t) => t.cpuNs * nanosecond),
  },
  {
    name: "nfaas_tenant_cycles_total",
    type: "counter",
    help: "TSC cycles the tenant's worker spent on packets.",
    of: perTenant((t) => t.cycles),
  },
  {
    name: "nfaas_tenant_worker_shared",
    type: "gauge",
    help: "Whether the tenant shares its worker in the pod with other tenants.",
    of: perTenant((t) => (t.sharedWorker ? 1 : 0)),
  },
  {
    name: "nfaas_tenant_queue_packets",
    type: "gauge",
    help: "Packets waiting in the tenant's ring.",
    of: perTenant((t) => t.queueDepth),
  },
  {
    name: "nfaas_tenant_queue_capacity_packets",
    type: "gauge",
    help: "Room in the tenant's ring.",
    of: perTenant((t) => t.queueCapacity),
  },
  {
    name: "nfaas_tenant_buffers",
    type: "gauge",
    help: "Packet buffers of the pod that the tenant has.",
    of: perTenant((t) => t.buffers),
  },
  {
    name: "nfaas_tenant_buffer_quota",
    type: "gauge",
    help: "Packet buffers of the pod that the tenant may have.",
    of: perTenant((t) => t.bufferQuota),
  },
  {
    name: "nfaas_tenant_flows",
    type: "gauge",
    help: "Live flows of the tenant in the pod.",
    of: perTenant((t) => t.flows),
  },
  {
    name: "nfaas_tenant_dropped_packets_total",
    type: "counter",
    help: "Packets dropped that no view can be charged with.",
    of: (pod) =>
      pod.tenants.flatMap((t) =>
        t.drops.map(
          ({ node, direction, reason, packets }): Sample => [
            { pod: pod.pod, tenant: t.tenant, node, direction, reason },
            packets,
          ],
        ),
      ),
  },
  {
    name: "nfaas_view_injected_packets_total",
    type: "counter",
    help: "Packets that entered the view here.",
    of: perView((v) => v.injected.packets),
  },
  {
    name: "nfaas_view_injected_bytes_total",
    type: "counter",
    help: "Bytes of the tenants' IP packets that entered the view here.",
    of: perView((v) => v.injected.bytes),
  },
  {
    name: "nfaas_view_left_packets_total",
    type: "counter",
    help: "Packets that left the view here.",
    of: perView((v) => v.left.packets),
  },
  {
    name: "nfaas_view_left_bytes_total",
    type: "counter",
    help: "Bytes of the tenants' IP packets that left the view here.",
    of: perView((v) => v.left.bytes),
  },
  {
    name: "nfaas_view_dropped_packets_total",
    type: "counter",
    help: "Packets of the view dropped here, by node and reason.",
    of: (pod) =>
      pod.views.flatMap((v) =>
        v.drops.map(
          ({ node, direction, reason, packets }): Sample => [
            { ...viewLabels(pod, v), node, direction, reason },
            packets,
          ],
        ),
      ),
  },
  {
    name: "nfaas_edge_packets_total",
    type: "counter",
    help: "Packets that took the edge, counted by the sender.",
    of: perEdge("packets"),
  },
  {
    name: "nfaas_edge_bytes_total",
    type: "counter",
    help: "Bytes of the tenants' IP packets that took the edge.",
    of: perEdge("bytes"),
  },
  {
    name: "nfaas_rule_packets_total",
    type: "counter",
    help: "Packets decided by the rule; rule empty = the default action.",
    of: (pod) =>
      pod.views.flatMap((v) =>
        v.rules.map(({ node, rule, packets }): Sample => [{ ...viewLabels(pod, v), node, rule }, packets]),
      ),
  },
  {
    name: "nfaas_pod_latency_seconds",
    type: "histogram",
    help: "Time packets were in the pod, by the last position they were at there.",
    of: (pod) =>
      pod.views.flatMap((v) =>
        v.latency.flatMap((histogram) =>
          latencySeries(
            { ...viewLabels(pod, v), node: histogram.node, direction: histogram.direction },
            histogram,
          ),
        ),
      ),
  },
];

const escapeLabel = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const line = (name: string, labels: Labels, value: number): string =>
  `${name}{${Object.entries(labels)
    .map(([key, text]) => `${key}="${escapeLabel(text)}"`)
    .join(",")}} ${value}`;

export const renderMetrics = (sample: LiveSample | undefined): string =>
  families
    .flatMap(({ name, type, help, of }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...(sample?.pods ?? []).flatMap((pod) =>
        of(pod).map(([labels, value, suffix = ""]) =>
          line(name + suffix, { node: sample!.node, ...rename(labels) }, value),
        ),
      ),
    ])
    .join("\n")
    .concat("\n");

/** `node` is the machine here; a chain's own node is told apart as chain_node. */
const rename = ({ node, ...labels }: Labels): Labels =>
  node === undefined ? labels : { ...labels, chain_node: node };
