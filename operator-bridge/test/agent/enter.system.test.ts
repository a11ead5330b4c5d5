// SPDX-License-Identifier: Apache-2.0
// Two chains of a tenant over real processes and hosts: "web" sends what is for 10.0.9.0/24 into "far".
import { apiVersion, type ServiceChainSpec, systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labHost } from "../../../packages/lab/src/index.ts";
import { findCondition } from "../../src/kubernetes/conditions.ts";
import {
  dataplaneNodes,
  events,
  functionSets,
  gateways,
  serviceChains,
  tenants,
} from "../../src/kubernetes/resources.ts";
import { functionSet, getChain, publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { Stack } from "./stack.ts";
import { tellFailures } from "./story.ts";

const farHost = "10.0.9.10";
const subnet = (name: string, prefix: string) => ({
  name,
  gateway: "far",
  edgePort: name,
  address: `${prefix}.1/24`,
  prefixes: [`${prefix}.0/24`],
});
const line = (...nodes: string[]): ServiceChainSpec["edges"] =>
  nodes.slice(1).map((to, i) => ({ name: `e${i}`, from: nodes[i] ?? "", to }));

/** Only hosts of 10.0.1.0/24 may begin flows: answers pass since the firewall has seen what they answer. */
const far = (revision: number): Partial<ServiceChainSpec> => {
  const rule = { name: `client-${revision}`, action: "allow", protocol: "any", source: "10.0.1.0/24" };
  return {
    revision,
    nodes: [
      { name: "other", attachment: "other" },
      { name: "fw", function: "firewall", config: { rules: [rule], defaultAction: "deny" } },
      { name: "far", attachment: "far" },
    ],
    edges: line("other", "fw", "far"),
  };
};
const web = (revision: number): Partial<ServiceChainSpec> => {
  const classes = [{ output: "to-far", match: { destinations: ["10.0.9.0/24"] }, enter: "far" }];
  return {
    revision,
    nodes: [
      { name: "client", attachment: "client" },
      { name: "choose", function: "classifier", config: { classes } },
      { name: "server", attachment: "server" },
    ],
    edges: line("client", "choose", "server"),
  };
};

/** The nodes with another configuration of their function. */
const nodesOf = ({ nodes = [] }: Partial<ServiceChainSpec>, config: object) =>
  nodes.map((node) => (node.function === undefined ? node : { ...node, config: config as never }));

describe("a chain that enters another", () => {
  let stack: Stack;
  const publishAndWait = async (name: string, spec: Partial<ServiceChainSpec>) => {
    await publish(stack.client, "acme", name, spec);
    return whenSettled(stack.client, "acme", name, spec.revision ?? 0);
  };
  const ping = (count: number, intervalSeconds: number, address = farHost) =>
    stack.lab.ping("acme", { count, intervalSeconds, address });
  const whenAnswered = (address = farHost) =>
    eventually(`${address} answers`, async () => (await ping(1, 1, address)).received === 1);
  /** What became of the chain's views so far. */
  const retired = async (name: string) => (await getChain(stack.client, "acme", name)).status?.retired ?? [];

  tellFailures(() => stack);
  beforeAll(async () => {
    stack = await Stack.start();
    const { client, instance } = stack;
    const edgePorts = [
      { name: "far", interface: labHost(instance, "acme", "tap").edgeInterface },
      { name: "other", interface: labHost(instance, "globex", "tap").edgeInterface },
    ];
    const metadata = { name: "far", namespace: systemNamespace };
    await client.create(gateways, { apiVersion, kind: "Gateway", metadata, spec: { edgePorts } });
    const set = functionSet("classifier-shared", 1);
    await client.create(functionSets, { ...set, spec: { ...set.spec, function: "classifier" } });
    const acme = await client.get(tenants, { name: "acme" });
    acme.spec.attachments.push(subnet("far", "10.0.9"), subnet("other", "10.9.9"));
    await client.replace(tenants, acme);
    await eventually("the new pods are ready", async () => {
      const { status } = await client.get(dataplaneNodes, { name: "node-1" });
      return status?.pods?.filter((p) => p.ready).length === 6;
    });
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
  });

  it("is refused while there is no such chain, and accepted as soon as there is", async () => {
    await publish(stack.client, "acme", "web", web(1));
    await eventually("it says why", async () => {
      const { status } = await getChain(stack.client, "acme", "web");
      return findCondition(status?.conditions, "Accepted")?.reason === "UnknownChain";
    });
    await publishAndWait("far", far(1));
    await whenSettled(stack.client, "acme", "web", 1);
  });

  it("has its packets answered through both chains, and the others by its own way", async () => {
    await whenAnswered("10.0.2.10");
    await whenAnswered();
    expect(await ping(50, 0.01)).toEqual({ sent: 50, received: 50 });
  });

  it("loses nothing while the entered chain is replaced, whose old views close", async () => {
    const pinging = ping(600, 0.01);
    for (const revision of [2, 3]) await publishAndWait("far", far(revision));
    expect(await pinging).toEqual({ sent: 600, received: 600 });
    const gone = await retired("far");
    expect(gone.map(({ revision, closed, lost, dropped }) => ({ revision, closed, lost, dropped }))).toEqual(
      [1, 2].map((revision) => ({ revision, closed: true, lost: 0, dropped: 0 })),
    );
    expect(gone[0]?.entered).toBeGreaterThan(50);
    expect(gone[0]?.handed).toBeGreaterThan(50);
  });

  it("loses nothing while it is replaced itself", async () => {
    const pinging = ping(600, 0.01);
    for (const revision of [2, 3]) await publishAndWait("web", web(revision));
    expect(await pinging).toEqual({ sent: 600, received: 600 });
    expect((await retired("web")).map(({ closed, lost, dropped }) => ({ closed, lost, dropped }))).toEqual(
      [1, 2].map(() => ({ closed: true, lost: 0, dropped: 0 })),
    );
  });

  it("carries the rest when the entered chain is deleted, and says what is wrong", async () => {
    await stack.client.delete(serviceChains, { namespace: "tenant-acme", name: "far" });
    await eventually("it says so", async () => {
      const { status } = await getChain(stack.client, "acme", "web");
      return findCondition(status?.conditions, "Accepted")?.reason === "UnknownChain";
    });
    expect(await ping(20, 0.01, "10.0.2.10")).toEqual({ sent: 20, received: 20 });
    await eventually("nothing goes there any more", async () => (await ping(1, 1)).received === 0);
    await publishAndWait("far", far(4));
    await whenAnswered();
  });

  it("leaves sums that close when it enters the other chain no more, drops included", async () => {
    await publishAndWait("far", { ...far(5), nodes: nodesOf(far(5), { rules: [], defaultAction: "deny" }) });
    expect(await ping(20, 0.01)).toEqual({ sent: 20, received: 0 });
    const straight = nodesOf(web(4), {
      classes: [{ output: "to-far", match: { destinations: ["10.0.9.0/24"] } }],
    });
    await publishAndWait("web", { ...web(4), nodes: straight });
    await publishAndWait("far", far(6));
    const denied = (await retired("far")).at(-1);
    expect(denied).toMatchObject({ revision: 5, closed: true, lost: 0 });
    expect(denied?.dropped).toBeGreaterThanOrEqual(20);
    expect(denied?.entered).toBe(denied?.dropped);
  });

  it("is deleted with the other one though each enters the other, and carried nothing in that circle", async () => {
    await publishAndWait("web", web(5));
    await whenAnswered();
    const back = {
      name: "again",
      function: "classifier",
      config: { classes: [{ output: "back", enter: "web" }] },
    };
    const [other, , end] = far(7).nodes ?? [];
    await publishAndWait("far", {
      revision: 7,
      nodes: [other!, back, end!],
      edges: line("other", "again", "far"),
    });
    expect(await ping(20, 0.01)).toEqual({ sent: 20, received: 0 });
    for (const name of ["web", "far"]) {
      await stack.client.delete(serviceChains, { namespace: "tenant-acme", name });
      await eventually(`${name} is gone`, async () => {
        const { items } = await stack.client.list(serviceChains, { namespace: "tenant-acme" });
        return !items.some((chain) => chain.metadata.name === name);
      });
    }
    const { items } = await stack.client.list(events, { namespace: "tenant-acme" });
    expect(items.filter(({ reason }) => reason === "PacketsLost").map(({ message }) => message)).toEqual([]);
  });
});
