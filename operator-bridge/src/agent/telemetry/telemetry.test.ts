// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CountersResponseSchema, Direction, DropReason } from "../generated/nfaas_dataplane_pb.ts";
import { view } from "../programming/fixtures.ts";
import { renderMetrics } from "./prometheus.ts";
import { livePod } from "./sample.ts";

const counters = create(CountersResponseSchema, {
  epoch: "e1",
  ioCpuNs: 1_500_000_000n,
  malformedPackets: 2n,
  ports: [
    { name: "firewall-0", fabric: true, up: true, dead: true, deaths: 3n },
    { name: "acme-client", fabric: false, up: true },
  ],
  tenants: [
    {
      tenantId: 1,
      cpuNs: 2_000_000_000n,
      sharedWorker: true,
      queueDepth: 3,
      queueCapacity: 1024,
      buffers: 7,
      bufferQuota: 1536,
      flows: 4n,
      drops: [{ reason: DropReason.QUEUE_FULL, direction: Direction.FORWARD, packets: 5n, bytes: 500n }],
    },
    { tenantId: 77 },
  ],
  views: [
    {
      uid: "uid-1",
      viewId: 1,
      injectedPackets: 10n,
      injectedBytes: 1000n,
      leftPackets: 6n,
      leftBytes: 600n,
      drops: [
        { node: "fw", reason: DropReason.DENIED, direction: Direction.REVERSE, packets: 4n, bytes: 400n },
      ],
      edges: [{ from: "in", to: "fw", direction: Direction.FORWARD, packets: 10n, bytes: 1000n }],
      rules: [{ node: "fw", rule: "", packets: 4n, bytes: 400n }],
      latency: [{ node: "in", direction: Direction.FORWARD, buckets: [1n, 0n, 2n, 1n], sumNs: 3000n }],
    },
    { uid: "unknown" },
  ],
});
const names = {
  tenant: (id: number) => (id === 1 ? "acme" : undefined),
  view: (uid: string) => (uid === "uid-1" ? view({ sequence: 1, weight: 100 }) : undefined),
};
const pod = livePod({ name: "gateway-west", function: "gateway", ready: true }, counters, names);

describe("a live sample", () => {
  it("names what the data plane only numbers, and leaves out views nobody knows", () => {
    expect(pod.views).toHaveLength(1);
    expect(pod.views[0]).toMatchObject({ view: "tenant-acme/web-1", tenant: "acme", chain: "web" });
    expect(pod.views[0]?.drops).toEqual([
      { node: "fw", direction: "reverse", reason: "denied", packets: 4, bytes: 400 },
    ]);
    expect(pod.tenants.map((t) => t.tenant)).toEqual(["acme", "77"]);
    expect(pod.tenants[0]?.drops[0]?.reason).toBe("queue-full");
  });
  it("shows a pod that does not answer, without figures", () => {
    const silent = livePod({ name: "gateway-west", function: "gateway", ready: false }, undefined, names);
    expect(silent).toMatchObject({ ready: false, epoch: "", links: [], tenants: [], views: [] });
  });
});

describe("the metrics", () => {
  const text = renderMetrics({ node: "node-1", time: 0, pods: [pod] });
  it.each([
    'nfaas_pod_io_cpu_seconds_total{node="node-1",pod="gateway-west"} 1.5',
    'nfaas_link_up{node="node-1",pod="gateway-west",peer="firewall-0"} 1',
    'nfaas_neighbour_dead{node="node-1",pod="gateway-west",peer="firewall-0"} 1',
    'nfaas_neighbour_deaths_total{node="node-1",pod="gateway-west",peer="firewall-0"} 3',
    'nfaas_tenant_queue_capacity_packets{node="node-1",pod="gateway-west",tenant="acme"} 1024',
    'nfaas_tenant_worker_shared{node="node-1",pod="gateway-west",tenant="acme"} 1',
    'nfaas_tenant_buffers{node="node-1",pod="gateway-west",tenant="acme"} 7',
    'nfaas_tenant_buffer_quota{node="node-1",pod="gateway-west",tenant="acme"} 1536',
    'nfaas_view_left_bytes_total{node="node-1",pod="gateway-west",tenant="acme",chain="web",view="tenant-acme/web-1",view_uid="uid-1"} 600',
    'nfaas_view_dropped_packets_total{node="node-1",pod="gateway-west",tenant="acme",chain="web",view="tenant-acme/web-1",view_uid="uid-1",direction="reverse",reason="denied",chain_node="fw"} 4',
  ])("have %s", (line) => {
    expect(text.split("\n")).toContain(line);
  });
  it("have a histogram's buckets as sums up to their bound, in seconds", () => {
    const labels =
      'node="node-1",pod="gateway-west",tenant="acme",chain="web",view="tenant-acme/web-1",view_uid="uid-1",direction="forward"';
    const series = text.split("\n").filter((line) => line.startsWith("nfaas_pod_latency_seconds"));
    expect(series.map((line) => line.replace(labels, "").replace(',chain_node="in"', ""))).toEqual([
      'nfaas_pod_latency_seconds_bucket{,le="2.56e-7"} 1',
      'nfaas_pod_latency_seconds_bucket{,le="5.12e-7"} 1',
      'nfaas_pod_latency_seconds_bucket{,le="0.000001024"} 3',
      'nfaas_pod_latency_seconds_bucket{,le="+Inf"} 4',
      "nfaas_pod_latency_seconds_sum{} 0.000003",
      "nfaas_pod_latency_seconds_count{} 4",
    ]);
  });
  it("say of every family what it is, once", () => {
    const helps = text.split("\n").filter((line) => line.startsWith("# HELP"));
    expect(new Set(helps.map((h) => h.split(" ")[2])).size).toBe(helps.length);
    expect(text.split("\n").filter((line) => line.startsWith("# TYPE"))).toHaveLength(helps.length);
  });
  it("escape what a label may not hold", () => {
    const odd = { ...pod, pod: 'a"b\\c\nd', tenants: [], views: [] };
    expect(renderMetrics({ node: "n", time: 0, pods: [odd] })).toContain('pod="a\\"b\\\\c\\nd"');
  });
});
