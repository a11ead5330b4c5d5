// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from "node:fs";
import { type ExplainRecord, systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../../../packages/lab/src/index.ts";
import type { FlowLogEntry } from "../../src/agent/flow-log/entries.ts";
import { isAlive } from "../../src/agent/kubelet/process-table.ts";
import { agentLeaseName } from "../../src/kubernetes/core.ts";
import { dataplaneNodes, gateways, leases, pods, tenants } from "../../src/kubernetes/resources.ts";
import { getChain, publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { Stack } from "./stack.ts";
import { tellFailures } from "./story.ts";

const rules = (revision: number) => [
  { name: "ping", action: "allow", protocol: "icmp" },
  { name: `rule-${revision}`, action: "allow", protocol: "tcp", destinationPorts: { first: 80, last: 80 } },
];
const graph = (revision: number) => ({
  revision,
  nodes: [
    { name: "client", attachment: "client" },
    {
      name: "fw",
      function: "firewall",
      config: { rules: rules(revision), defaultAction: "deny", log: { oneIn: 1 } },
    },
    { name: "server", attachment: "server" },
  ],
});

describe("the agent over real data plane processes", () => {
  let stack: Stack;
  let revision = 0;
  const publishNext = async () => {
    revision += 1;
    await publish(stack.client, "acme", "web", graph(revision) as object);
    return revision;
  };
  /** Each ping is a flow of its own: so many take both firewalls. */
  const whenPinged = () =>
    eventually("pings of eight flows come back", async () => {
      for (let flow = 0; flow < 8; flow++) {
        if ((await stack.lab.ping("acme", { count: 1 })).received !== 1) return false;
      }
      return true;
    });

  tellFailures(() => stack);
  beforeAll(async () => {
    stack = await Stack.start();
  }, 90_000);
  afterAll(async () => {
    await stack?.stop();
  });

  it("carries packets through a published chain", async () => {
    await whenSettled(stack.client, "acme", "web", await publishNext());
    await whenPinged();
  });

  it("renews a lease of its own, and its reports count as fresh", async () => {
    const named = { namespace: systemNamespace, name: agentLeaseName("node-1") };
    const lease = await stack.client.get(leases, named);
    expect(lease.spec).toMatchObject({ holderIdentity: "node-1", leaseDurationSeconds: 20 });
    await eventually("it is renewed", async () => {
      return (await stack.client.get(leases, named)).spec.renewTime !== lease.spec.renewTime;
    });
    const { status } = await stack.client.get(dataplaneNodes, { name: "node-1" });
    expect(status?.conditions).toMatchObject([{ type: "Ready", status: "True" }]);
  });

  it("shows nothing without the token, and figures that grow with it", async () => {
    expect((await fetch(`${stack.agentUrl}/metrics`)).status).toBe(401);
    expect((await fetch(`${stack.agentUrl}/live`)).status).toBe(401);
    const headers = { authorization: `Bearer ${stack.token}` };
    const injected = async () => {
      const text = await (await fetch(`${stack.agentUrl}/metrics`, { headers })).text();
      const line = /^nfaas_view_injected_packets_total\{.*pod="gateway-west".*tenant="acme".*\} (\d+)$/m.exec(
        text,
      );
      return Number(line?.[1] ?? 0);
    };
    const before = await eventually("packets are counted", injected);
    await stack.lab.ping("acme", { count: 5, intervalSeconds: 0.01 });
    await eventually("the counter has grown", async () => (await injected()) >= before + 5);
  });

  it("has the firewalls of a set hear each other's flows, and again when one of them was killed", async () => {
    const headers = { authorization: `Bearer ${stack.token}` };
    const hears = async (pod: string, member: string) => {
      const text = await (await fetch(`${stack.agentUrl}/metrics`, { headers })).text();
      const value = (name: string) =>
        Number(
          new RegExp(`^nfaas_state_group_${name}\\{.*pod="${pod}",member="${member}"\\} (.+)$`, "m").exec(
            text,
          )?.[1],
        );
      return value("connected") === 1 && value("lag_seconds") < 30;
    };
    const all = async () =>
      (await hears("firewall-shared-0", "firewall-shared-1")) &&
      (await hears("firewall-shared-1", "firewall-shared-0"));
    await eventually("both hear", all);
    const before = await stack.pidOf("firewall-shared-1");
    process.kill(before, "SIGKILL");
    await eventually("another process", async () => (await stack.pidOf("firewall-shared-1")) !== before);
    await stack.whenPodsReady();
    await eventually("both hear again", all);
    await whenPinged();
  });

  it("captures as many packets of a pod's fabric ports as were asked for", async () => {
    const headers = { authorization: `Bearer ${stack.token}` };
    const capture = fetch(`${stack.agentUrl}/capture?pod=gateway-west&max=8`, { method: "POST", headers });
    const ping = stack.lab.ping("acme", { count: 20, intervalSeconds: 0.1 });
    const response = await capture;
    expect([response.status, response.headers.get("x-captured-packets")]).toEqual([200, "8"]);
    // A pcapng file begins with a section header block.
    expect(Buffer.from(await response.arrayBuffer()).readUInt32LE(0)).toBe(0x0a0d0d0a);
    await ping;
  });

  it("leaves nothing of a capture whose pod is unknown or whose numbers make no sense", async () => {
    const headers = { authorization: `Bearer ${stack.token}` };
    const status = async (query: string) =>
      (await fetch(`${stack.agentUrl}/capture?${query}`, { method: "POST", headers })).status;
    expect(await status("pod=nobody")).toBe(404);
    expect(await status("pod=gateway-west&max=-1")).toBe(400);
    expect(readdirSync(`${stack.state}/run`).filter((f) => f.startsWith("capture-"))).toEqual([]);
  });

  it("tells every hop's decision on the next packets of a flow", async () => {
    const headers = { authorization: `Bearer ${stack.token}`, "content-type": "application/json" };
    const tenantId = (await stack.client.get(tenants, { name: "acme" })).spec.tenantId;
    const range = { packets: 2, firstTrace: 10, traces: 20, waitMs: 5_000 };
    const body = JSON.stringify({ tenantId, flow: { protocol: "icmp" }, ...range });
    const marking = fetch(`${stack.agentUrl}/explain`, { method: "POST", headers, body });
    const ping = stack.lab.ping("acme", { count: 20, intervalSeconds: 0.05 });
    expect((await marking).status).toBe(200);
    await ping;
    const query = `tenantId=${tenantId}&maxAgeMs=10000`;
    const response = await fetch(`${stack.agentUrl}/explain?${query}`, { headers });
    const records = (await response.json()) as ExplainRecord[];
    const request = records
      .filter(({ direction }) => direction === "forward")
      .filter(({ trace }, _, [first]) => trace === first?.trace)
      .sort((a, b) => b.ttl - a.ttl);
    expect(request).toMatchObject([
      { pod: "gateway-west", node: "client", verdict: "forwarded", nextNode: "fw" },
      { node: "fw", verdict: "forwarded", rule: "ping", nextNode: "server" },
      { node: "server", verdict: "left" },
    ]);
    expect(new Set(records.map(({ trace }) => trace)).size).toBe(4); // two packets at each of two gateways
  });

  it("tells who began a flow that a firewall logs", async () => {
    const headers = { authorization: `Bearer ${stack.token}` };
    const tenantId = (await stack.client.get(tenants, { name: "acme" })).spec.tenantId;
    await stack.lab.ping("acme", { count: 1 });
    const entries = async () => {
      const response = await fetch(`${stack.agentUrl}/flow-log?tenantId=${tenantId}`, { headers });
      return (await response.json()) as FlowLogEntry[];
    };
    const told = await eventually("a flow is told", async () => (await entries()).at(-1));
    expect(told).toMatchObject({ node: "fw", protocol: 1, verdict: "allowed", rule: "ping", oneIn: 1 });
  });

  it("loses no packet in 20 republishes in a row, and accounts for every packet of each old view", async () => {
    const ping = stack.lab.ping("acme", { count: 600, intervalSeconds: 0.01 });
    for (let i = 0; i < 20; i++) {
      const next = await publishNext();
      await eventually("it is live", async () => {
        const chain = await getChain(stack.client, "acme", "web");
        return chain.status?.activeView?.revision === next;
      });
    }
    const { sent, received } = await ping;
    expect(received).toBe(sent);
    const { status } = await whenSettled(stack.client, "acme", "web", revision);
    expect(status?.retired?.filter((r) => !r.closed)).toEqual([]);
  });

  it("keeps packets flowing while the agent is killed, and adopts the processes afterwards", async () => {
    const before = await stack.pidOf("firewall-shared-0");
    const ping = stack.lab.ping("acme", { count: 500, intervalSeconds: 0.01 });
    await stack.killAgent();
    await stack.startAgent();
    await stack.whenPodsReady();
    expect(await ping).toEqual({ sent: 500, received: 500 });
    expect(await stack.pidOf("firewall-shared-0")).toBe(before);
    const { status } = await whenSettled(stack.client, "acme", "web", await publishNext());
    expect(status?.retired?.at(-1)).toMatchObject({ closed: true });
    await whenPinged();
  });

  it("goes on where it was when the Kubernetes API has been away, and restarts pods meanwhile", async () => {
    const start = await stack.kubernetes.interrupt!();
    const before = await stack.pidOf("firewall-shared-1");
    process.kill(before, "SIGKILL");
    await eventually("another process", async () => (await stack.pidOf("firewall-shared-1")) !== before);
    await whenPinged();
    await start();
    await whenSettled(stack.client, "acme", "web", await publishNext());
    await whenPinged();
  });

  it.each(["firewall-shared-0", "gateway-west"])(
    "starts a killed %s again and gives it back its state",
    async (pod) => {
      const before = await stack.pidOf(pod);
      process.kill(before, "SIGKILL");
      await eventually("another process", async () => (await stack.pidOf(pod)) !== before);
      await stack.whenPodsReady();
      await whenPinged();
      const { status } = await stack.client.get(pods, { namespace: systemNamespace, name: pod });
      expect(status?.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
    },
  );

  it("lets a cordoned pod carry what it has and take nothing new until it is uncordoned", async () => {
    const named = { namespace: systemNamespace, name: "firewall-shared-1" };
    await stack.client.patch(pods, named, { metadata: { annotations: { "nfaas.io/cordoned": "true" } } });
    const next = await publishNext();
    await eventually("the refusal is reported", async () => {
      const chain = await getChain(stack.client, "acme", "web");
      const programmed = chain.status?.conditions?.find((c) => c.type === "Programmed");
      return programmed?.reason === "Cordoned" && programmed.message.includes("firewall-shared-1");
    });
    expect((await stack.lab.ping("acme", { count: 5, intervalSeconds: 0.02 })).received).toBe(5);
    await stack.client.patch(pods, named, { metadata: { annotations: { "nfaas.io/cordoned": null } } });
    await whenSettled(stack.client, "acme", "web", next);
  });

  it("goes on without an edge port that is not there, and takes it when it comes", async () => {
    const named = { namespace: systemNamespace, name: "west" };
    const { spec } = await stack.client.get(gateways, named);
    const absent = { name: "later", interface: `${stack.instance}-later` };
    await stack.client.patch(gateways, named, { spec: { edgePorts: [...spec.edgePorts, absent] } });
    const nodeReady = async () => {
      const { status } = await stack.client.get(dataplaneNodes, { name: "node-1" });
      return status?.conditions?.find((c) => c.type === "Ready");
    };
    await eventually("the fault is reported", async () =>
      (await nodeReady())?.message.includes("gateway-west: edge port later: PortFailed"),
    );
    await whenSettled(stack.client, "acme", "web", await publishNext());
    expect((await stack.lab.ping("acme", { count: 5, intervalSeconds: 0.02 })).received).toBe(5);
    const veth = ["link", "add", absent.interface, "up", "type", "veth", "peer", `${stack.instance}-peer`];
    await runCommand("ip", ...veth);
    try {
      await eventually("the port is taken", async () => (await nodeReady())?.status === "True");
      expect((await stack.lab.ping("acme", { count: 5, intervalSeconds: 0.02 })).received).toBe(5);
    } finally {
      await stack.client.patch(gateways, named, { spec: { edgePorts: spec.edgePorts } });
      await runCommand("ip", "link", "delete", absent.interface);
    }
  });

  it("ends the process of a deleted pod and leaves nothing of it", async () => {
    const named = { namespace: systemNamespace, name: "firewall-shared-1" };
    const before = await stack.pidOf("firewall-shared-1");
    await stack.client.delete(pods, named);
    await eventually("the process is gone", async () => !(await isAlive(before)));
    // The function set asks for two pods: another takes its place.
    await eventually("another pod", async () => {
      const { items } = await stack.client.list(pods, { namespace: systemNamespace });
      const living = items.filter((p) => p.metadata.deletionTimestamp === undefined);
      return living.filter((p) => p.metadata.name.startsWith("firewall-shared-")).length === 2;
    });
    await stack.whenPodsReady();
    const cgroups = "/sys/fs/cgroup/cpu";
    if (existsSync(cgroups)) {
      const own = readdirSync(cgroups).filter((name) => name === `nfaas-${stack.instance}`);
      expect(own.length).toBeLessThanOrEqual(1);
    }
    await whenPinged();
  });
});
