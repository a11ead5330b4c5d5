// SPDX-License-Identifier: Apache-2.0
// Pods of a set are replaced, and taken away, under load: real processes, real TCP connections between real hosts.
import { apiVersion, systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labHost, runCommand } from "../../../packages/lab/src/index.ts";
import { gateways, pods, tenants } from "../../src/kubernetes/resources.ts";
import { publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { Connections, connectionPort, patienceMs } from "./connections.ts";
import { SetUnderLoad } from "./set-under-load.ts";
import { Stack } from "./stack.ts";
import { tellFailures } from "./story.ts";

const connections = 300;
/** By as many flows, so that each pod of the set has some to count. */
const denied = 60;

const graph = (revision: number) => ({
  revision,
  nodes: [
    { name: "client", attachment: "client" },
    {
      name: "fw",
      function: "firewall",
      config: {
        rules: [
          { name: "ping", action: "allow", protocol: "icmp" },
          {
            name: "web",
            action: "allow",
            protocol: "tcp",
            destinationPorts: { first: connectionPort, last: connectionPort },
          },
        ],
        defaultAction: "deny",
      },
    },
    { name: "server", attachment: "server" },
  ],
});

describe("pods of a set that go while they carry connections", () => {
  let stack: Stack;
  const hearEachOther = async (...[a, b]: [string, string]) => {
    const headers = { authorization: `Bearer ${stack.token}` };
    const text = await (await fetch(`${stack.agentUrl}/metrics`, { headers })).text();
    const hears = (pod: string, member: string) => {
      const of = (name: string) =>
        new RegExp(`^nfaas_state_group_${name}\\{.*pod="${pod}",member="${member}"\\} (.+)$`, "m").exec(
          text,
        )?.[1];
      return of("connected") === "1" && Number(of("lag_seconds")) < 5;
    };
    return hears(a, b) && hears(b, a);
  };

  tellFailures(() => stack);
  beforeAll(async () => {
    stack = await Stack.start();
    await publish(stack.client, "acme", "web", graph(1) as object);
    await whenSettled(stack.client, "acme", "web", 1);
    const { address } = labHost(stack.instance, "acme", "server");
    const { namespace } = labHost(stack.instance, "acme", "client");
    const send = `for i in {1..${denied}}; do echo > /dev/udp/${address}/9; done`;
    await runCommand("ip", "netns", "exec", namespace, "bash", "-c", send);
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
  });

  it("are all replaced with no connection lost and no outage", async () => {
    await new SetUnderLoad(stack, "firewall-shared").replaceAll(connections);
  });

  it("are taken away with no connection lost and no outage", async () => {
    await new SetUnderLoad(stack, "firewall-shared").scaleDown(connections);
  });

  it("leave what they counted behind: the view they carried still accounts for every packet", async () => {
    await publish(stack.client, "acme", "web", graph(2) as object);
    const { status } = await whenSettled(stack.client, "acme", "web", 2);
    const retired = status?.retired?.at(-1);
    expect(retired).toMatchObject({ revision: 1, closed: true, lost: 0 });
    expect(retired?.dropped).toBeGreaterThanOrEqual(denied);
  });

  it("can be gateways of one state group: an attachment moves to the other one with its connections", async () => {
    const named = (name: string) => ({ namespace: systemNamespace, name });
    const west = await stack.client.get(gateways, named("west"));
    const spec = { edgePorts: west.spec.edgePorts, stateGroup: "west" };
    await stack.client.patch(gateways, named("west"), { spec });
    // At the same interface: what a router in front of both would do with the hosts' packets.
    await stack.client.create(gateways, { apiVersion, kind: "Gateway", metadata: named("west-2"), spec });
    const flows = new Connections(stack, connections);
    try {
      await flows.open();
      await eventually(
        "both to hear each other",
        () => hearEachOther("gateway-west", "gateway-west-2"),
        patienceMs,
      );
      const { spec: tenant } = await stack.client.get(tenants, { name: "acme" });
      const attachments = tenant.attachments.map((a) =>
        a.gateway === "west" ? { ...a, gateway: "west-2" } : a,
      );
      await stack.client.patch(tenants, { name: "acme" }, { spec: { attachments } });
      await eventually(
        "pings by the other gateway",
        async () => (await stack.lab.ping("acme", { count: 1 })).received === 1,
        patienceMs,
      );
      await stack.client.delete(gateways, named("west"));
      await eventually("one gateway less", async () => {
        const { items } = await stack.client.list(pods, { namespace: systemNamespace });
        return !items.some((p) => p.metadata.name === "gateway-west");
      });
      expect(await flows.ask(), "connections that went on").toBe(connections);
    } finally {
      flows.close();
    }
  });
});
