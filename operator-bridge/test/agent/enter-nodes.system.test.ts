// SPDX-License-Identifier: Apache-2.0
// A chain whose classifier is on one node enters a chain whose function is on another: two agents, each with its own pods.
import { apiVersion, type ServiceChainSpec, systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labHost } from "../../../packages/lab/src/index.ts";
import { functionSets, gateways, tenants } from "../../src/kubernetes/resources.ts";
import { functionSet, getChain, publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { Stack } from "./stack.ts";
import { tellFailures } from "./story.ts";

const farHost = "10.0.9.10";
const farNode = "node-2";
const subnet = (name: string, gateway: string, prefix: string) => ({
  name,
  gateway,
  edgePort: name,
  address: `${prefix}.1/24`,
  prefixes: [`${prefix}.0/24`],
});

/** An answer passes a NAT only where it knows what is answered. */
const far = (revision: number): Partial<ServiceChainSpec> => ({
  revision,
  nodes: [
    { name: "other", attachment: "other" },
    { name: "nat", function: "nat", config: { publicPrefixes: ["192.0.2.8/30"] } },
    { name: "far", attachment: "far" },
  ],
  edges: [
    { name: `in-${revision}`, from: "other", to: "nat" },
    { name: "out", from: "nat", to: "far" },
  ],
});
const web = (revision: number): Partial<ServiceChainSpec> => {
  const classes = [{ output: "to-far", match: { destinations: ["10.0.9.0/24"] }, enter: "far" }];
  return {
    revision,
    nodes: [
      { name: "client", attachment: "client" },
      { name: "choose", function: "classifier", config: { classes } },
      { name: "server", attachment: "server" },
    ],
    edges: [
      { name: `in-${revision}`, from: "client", to: "choose" },
      { name: "out", from: "choose", to: "server" },
    ],
  };
};

describe("a chain that enters another whose pods are on another node", () => {
  let stack: Stack;
  const publishAndWait = async (name: string, spec: Partial<ServiceChainSpec>) => {
    await publish(stack.client, "acme", name, spec);
    return whenSettled(stack.client, "acme", name, spec.revision ?? 0, 60_000);
  };
  const ping = (count: number, intervalSeconds: number) =>
    stack.lab.ping("acme", { count, intervalSeconds, address: farHost });
  const createSet = async (name: string, of: string) => {
    const set = functionSet(name, 1);
    await stack.client.create(functionSets, { ...set, spec: { ...set.spec, function: of } });
  };
  const createGateway = async (name: string, port: string, edgeInterface: string) => {
    const spec = { edgePorts: [{ name: port, interface: edgeInterface }] };
    const metadata = { name, namespace: systemNamespace };
    await stack.client.create(gateways, { apiVersion, kind: "Gateway", metadata, spec });
  };
  const readyPods = async (node: string) =>
    (await stack.reportedPods(node)).flatMap(({ name, ready }) => (ready ? name : []));
  /** The node's pods that have the chain's newest view. */
  const podsWith = async (node: string, chain: string) => {
    const { status } = await getChain(stack.client, "acme", chain);
    const view = `tenant-acme/${status?.activeView?.name}`;
    const pods = await stack.reportedPods(node);
    return pods
      .filter(({ views }) => views.some((v) => v.view === view && v.programmed))
      .map(({ name }) => name);
  };

  tellFailures(() => stack);
  beforeAll(async () => {
    stack = await Stack.start();
    await createSet("classifier-shared", "classifier");
    await createGateway("other", "other", labHost(stack.instance, "globex", "tap").edgeInterface);
    await eventually("its own pods", async () => (await readyPods("node-1")).length === 6);
    await stack.killAgent();
    await stack.startAgent(farNode);
    await createSet("nat-shared", "nat");
    await createGateway("far", "far", labHost(stack.instance, "acme", "tap").edgeInterface);
    await eventually("the other node's pods", async () => (await readyPods(farNode)).length === 2);
    await stack.startAgent();
    const acme = await stack.client.get(tenants, { name: "acme" });
    acme.spec.attachments.push(subnet("far", "far", "10.0.9"), subnet("other", "other", "10.9.9"));
    await stack.client.replace(tenants, acme);
    await publishAndWait("far", far(1));
    await publishAndWait("web", web(1));
  }, 180_000);
  afterAll(async () => {
    await stack?.stop();
  });

  it("is programmed on the pods of both nodes that its packets pass, each by its own node's agent", async () => {
    const near = await podsWith("node-1", "far");
    expect(near).toEqual(["classifier-shared-0", "gateway-other"]);
    expect(await podsWith(farNode, "far")).toEqual(["gateway-far", "nat-shared-0"]);
    expect(await podsWith(farNode, "web"), "those that answer to it").toContain("nat-shared-0");
  });

  it("has its packets answered through the functions of both nodes", async () => {
    await eventually("an answer from afar", async () => (await ping(1, 1)).received === 1);
    expect(await ping(50, 0.01)).toEqual({ sent: 50, received: 50 });
  });

  it("loses nothing while either chain is replaced, and sums over both nodes close", async () => {
    const pinging = ping(1_000, 0.01);
    await publishAndWait("far", far(2));
    await publishAndWait("web", web(2));
    await publishAndWait("far", far(3));
    expect(await pinging).toEqual({ sent: 1_000, received: 1_000 });
    for (const name of ["far", "web"]) {
      const gone = (await getChain(stack.client, "acme", name)).status?.retired ?? [];
      expect(gone.length).toBeGreaterThan(0);
      for (const view of gone) expect(view, name).toMatchObject({ closed: true, lost: 0, dropped: 0 });
      expect(name === "far" ? gone[0]?.entered : gone[0]?.handed, name).toBeGreaterThan(50);
    }
  });

  it("goes on while the entered chain's agent is away, and takes its next view when it is back", async () => {
    await stack.killAgent(farNode);
    expect(await ping(20, 0.01)).toEqual({ sent: 20, received: 20 });
    await stack.startAgent(farNode);
    const pinging = ping(300, 0.01);
    await publishAndWait("far", far(4));
    expect(await pinging).toEqual({ sent: 300, received: 300 });
  });
});
