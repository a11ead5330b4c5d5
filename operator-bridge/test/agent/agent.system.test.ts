// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync } from "node:fs";
import { systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../src/agent/kubelet/process-table.ts";
import { pods } from "../../src/kubernetes/resources.ts";
import { getChain, publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { Stack } from "./stack.ts";

const rules = (revision: number) => [
  { name: "ping", action: "allow", protocol: "icmp" },
  { name: `rule-${revision}`, action: "allow", protocol: "tcp", destinationPorts: { first: 80, last: 80 } },
];
const graph = (revision: number) => ({
  revision,
  nodes: [
    { name: "client", attachment: "client" },
    { name: "fw", function: "firewall", config: { rules: rules(revision), defaultAction: "deny" } },
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
  const whenPinged = () =>
    eventually("a ping comes back", async () => (await stack.lab.ping("acme", { count: 1 })).received === 1);

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
    await stack.killAgent();
    expect((await stack.lab.ping("acme", { count: 20, intervalSeconds: 0.01 })).received).toBe(20);
    await stack.startAgent();
    await stack.whenPodsReady();
    expect(await stack.pidOf("firewall-shared-0")).toBe(before);
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

  it("ends the process of a deleted pod and leaves nothing of it", async () => {
    const named = { namespace: systemNamespace, name: "firewall-shared-1" };
    const before = await stack.pidOf("firewall-shared-1");
    await stack.client.delete(pods, named);
    await eventually("the process is gone", async () => !(await isAlive(before)));
    // The function set asks for two pods: another takes its place.
    await eventually("another process", async () => (await stack.pidOf("firewall-shared-1")) !== before);
    await stack.whenPodsReady();
    const cgroups = "/sys/fs/cgroup/cpu";
    if (existsSync(cgroups)) {
      const own = readdirSync(cgroups).filter((name) => name === `nfaas-${stack.instance}`);
      expect(own.length).toBeLessThanOrEqual(1);
    }
    await whenPinged();
  });
});
