// SPDX-License-Identifier: Apache-2.0
import { type ServiceChain, systemNamespace, tenantNamespace } from "@nfaas/domain";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { install } from "../../src/install/install.ts";
import { ignore, isNotFound } from "../../src/kubernetes/errors.ts";
import { events, functionSets, namespaces, pods, serviceChains } from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { Operator } from "../../src/operator/operator.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";
import { ReportingAgent } from "../support/reporting-agent.ts";
import { createPlatform, getChain, listViews, publish, whenSettled } from "./platform.ts";

const isEnd = (pod: string) => pod.startsWith("gateway-");

describe.each(kubernetesTargets())("the operator on the $name", (target) => {
  let kubernetes: TestKubernetes;
  let agent: ReportingAgent;
  const stopping = new AbortController();
  let running: Promise<void>;
  let chain = "";
  let counter = 0;

  beforeAll(async () => {
    kubernetes = await target.start();
    await install(kubernetes.client, silent);
    const operator = new Operator({ client: kubernetes.client, identity: "test", logger: silent });
    running = operator.run(stopping.signal);
    agent = new ReportingAgent(kubernetes.client, "node-1");
    await agent.start();
    await createPlatform(kubernetes.client, ["acme"]);
  });
  afterAll(async () => {
    stopping.abort();
    await running;
    await agent?.stop();
    await kubernetes?.stop();
  });
  beforeEach(() => {
    counter += 1;
    chain = `web${counter}`;
  });
  afterEach(async () => {
    agent.refuse = () => undefined;
    agent.count = () => ({ injected: 0, left: 0, dropped: 0 });
    agent.down.clear();
    agent.report();
    const { client } = kubernetes;
    const named = { namespace: tenantNamespace("acme"), name: chain };
    await ignore(isNotFound, client.delete(serviceChains, named));
    await eventually("the chain is gone", async () => {
      const [left, views] = [
        await ignore(isNotFound, client.get(serviceChains, named)),
        await listViews(client, "acme"),
      ];
      return left === undefined && views.every((v) => v.spec.chain !== chain);
    });
  });

  const conditionOf = (object: ServiceChain, type: string) =>
    object.status?.conditions?.find((c) => c.type === type);
  const whenCondition = (type: string, status: string, reason?: string) =>
    eventually(`${type} is ${status}`, async () => {
      const object = await getChain(kubernetes.client, "acme", chain);
      const found = conditionOf(object, type);
      const current = found?.observedGeneration === object.metadata.generation;
      if (!current || found?.status !== status || (reason && found.reason !== reason)) {
        throw new Error(JSON.stringify(object.status));
      }
      return found;
    });

  it("gives a tenant its namespace and a function set its pods", async () => {
    const { client } = kubernetes;
    await client.get(namespaces, { name: "tenant-acme" });
    const named = { namespace: systemNamespace, name: "firewall-shared-1" };
    const pod = await eventually("a second pod", () => ignore(isNotFound, client.get(pods, named)));
    expect(pod?.spec.containers[0]?.resources?.limits).toMatchObject({ "nfaas.io/vf": "1", cpu: "2" });
    expect(pod?.metadata.labels).toMatchObject({
      "nfaas.io/function-set": "firewall-shared",
      "nfaas.io/function": "firewall",
    });
  });

  it("scales a function set down from its highest pod", async () => {
    const { client } = kubernetes;
    const named = { namespace: systemNamespace, name: "firewall-shared" };
    const names = async () =>
      (await client.list(pods, { namespace: systemNamespace })).items.map((p) => p.metadata.name);
    await client.patch(functionSets, named, { spec: { replicas: 3 } });
    await eventually("a third pod", async () => (await names()).includes("firewall-shared-2"));
    await client.patch(functionSets, named, { spec: { replicas: 2 } });
    await eventually("two pods", async () => !(await names()).includes("firewall-shared-2"));
    expect(await names()).toContain("firewall-shared-1");
  });

  it("puts a published chain into force once every pod has it", async () => {
    await publish(kubernetes.client, "acme", chain, 1);
    const settled = await whenSettled(kubernetes.client, "acme", chain, 1);
    expect(settled.status?.activeView?.name).toBe(`${chain}-1`);
    expect(settled.status?.pendingView).toBeUndefined();
  });

  it("replaces a view, drains the old one and remembers that its packets are accounted for", async () => {
    agent.count = (pod) => ({
      injected: isEnd(pod) ? 50 : 0,
      left: isEnd(pod) ? 45 : 0,
      dropped: isEnd(pod) ? 0 : 5,
    });
    await publish(kubernetes.client, "acme", chain, 1);
    await whenSettled(kubernetes.client, "acme", chain, 1);
    await publish(kubernetes.client, "acme", chain, 2);
    const settled = await whenSettled(kubernetes.client, "acme", chain, 2);
    expect(settled.status?.retired).toEqual([
      expect.objectContaining({ revision: 1, injected: 100, left: 90, dropped: 10, lost: 0, closed: true }),
    ]);
  });

  it("says how many packets were lost when a view does not drain in time", async () => {
    agent.count = (pod) => ({ injected: pod === "gateway-west" ? 7 : 0, left: 0, dropped: 0 });
    await publish(kubernetes.client, "acme", chain, { revision: 1, rollout: { drainDeadlineSeconds: 1 } });
    await whenSettled(kubernetes.client, "acme", chain, 1);
    await publish(kubernetes.client, "acme", chain, { revision: 2, rollout: { drainDeadlineSeconds: 1 } });
    const settled = await whenSettled(kubernetes.client, "acme", chain, 2);
    expect(settled.status?.retired).toEqual([
      expect.objectContaining({ revision: 1, lost: 7, closed: false }),
    ]);
    const { items } = await kubernetes.client.list(events, { namespace: tenantNamespace("acme") });
    expect(items.filter((e) => e.reason === "PacketsLost" && e.involvedObject.name === chain)).toHaveLength(
      1,
    );
  });

  it("keeps the old view while a pod refuses the new one, says why, and succeeds when the pod recovers", async () => {
    await publish(kubernetes.client, "acme", chain, 1);
    await whenSettled(kubernetes.client, "acme", chain, 1);
    agent.refuse = (pod, view) =>
      pod === "firewall-shared-0" && view.spec.revision === 2
        ? { reason: "Cordoned", message: "it takes no new view" }
        : undefined;
    await publish(kubernetes.client, "acme", chain, 2);
    const { message } = await whenCondition("Programmed", "False", "Cordoned");
    expect(message).toBe("pod firewall-shared-0: Cordoned: it takes no new view");
    const refused = await getChain(kubernetes.client, "acme", chain);
    expect(refused.status?.activeView?.revision).toBe(1);
    expect(refused.status?.pendingView?.revision).toBe(2);
    agent.refuse = () => undefined;
    agent.report();
    await whenSettled(kubernetes.client, "acme", chain, 2);
  });

  it("replaces a view that can't be programmed by the next publish", async () => {
    agent.refuse = (_pod, view) =>
      view.spec.revision === 1 ? { reason: "LimitExceeded", message: "no" } : undefined;
    await publish(kubernetes.client, "acme", chain, 1);
    await whenCondition("Programmed", "False", "LimitExceeded");
    await publish(kubernetes.client, "acme", chain, 2);
    const settled = await whenSettled(kubernetes.client, "acme", chain, 2);
    expect(settled.status?.retired).toEqual([
      expect.objectContaining({ revision: 1, injected: 0, closed: true }),
    ]);
  });

  it("does not wait for a pod that is down, but for a gateway", async () => {
    agent.down.add("firewall-shared-1");
    agent.report();
    await publish(kubernetes.client, "acme", chain, 1);
    await whenSettled(kubernetes.client, "acme", chain, 1);
    agent.down.add("gateway-east");
    agent.report();
    await publish(kubernetes.client, "acme", chain, 2);
    await whenCondition("Programmed", "False", "PodNotReady");
    agent.down.clear();
    agent.report();
    await whenSettled(kubernetes.client, "acme", chain, 2);
  });

  it("changes no view when only the rollout's settings change", async () => {
    await publish(kubernetes.client, "acme", chain, { revision: 1 });
    await whenSettled(kubernetes.client, "acme", chain, 1);
    await publish(kubernetes.client, "acme", chain, { revision: 1, historyLimit: 3 });
    const settled = await whenSettled(kubernetes.client, "acme", chain, 1);
    expect(settled.status?.activeView?.name).toBe(`${chain}-1`);
  });

  it("settles on the last of 50 publishes in a row, with every id freed and no packet unaccounted for", async () => {
    for (let revision = 1; revision <= 50; revision++)
      await publish(kubernetes.client, "acme", chain, revision);
    const settled = await whenSettled(kubernetes.client, "acme", chain, 50, 25_000);
    expect(settled.status?.retired?.filter((r) => !r.closed)).toEqual([]);
    expect(settled.status?.retired?.length).toBeLessThanOrEqual(20);
  });

  it.each([
    [
      "UnknownAttachment",
      {
        nodes: [
          { name: "client", attachment: "moon" },
          { name: "server", attachment: "server" },
        ],
        edges: [{ name: "e", from: "client", to: "server" }],
      },
    ],
    [
      "UnknownFunction",
      {
        nodes: [
          { name: "client", attachment: "client" },
          { name: "fw", function: "teapot" },
          { name: "server", attachment: "server" },
        ],
      },
    ],
    [
      "UnknownFunctionSet",
      {
        nodes: [
          { name: "client", attachment: "client" },
          {
            name: "fw",
            function: "firewall",
            functionSet: "nowhere",
            config: { rules: [{ name: "a", action: "allow", protocol: "any" }], defaultAction: "deny" },
          },
          { name: "server", attachment: "server" },
        ],
      },
    ],
    ["InvalidGraph", { edges: [{ name: "in", from: "client", to: "fw" }] }],
  ])("answers %s for what does not resolve", async (reason, change) => {
    await publish(kubernetes.client, "acme", chain, change as object);
    const { message } = await whenCondition("Accepted", "False", reason);
    const { items } = await kubernetes.client.list(events, { namespace: tenantNamespace("acme") });
    const warned = items.filter((e) => e.involvedObject.name === chain && e.reason === reason);
    expect(warned.map((e) => [e.type, e.message, e.count])).toEqual([["Warning", message, 1]]);
    expect((await listViews(kubernetes.client, "acme")).filter((v) => v.spec.chain === chain)).toEqual([]);
  });

  it("lets only one chain use an attachment, and the other as soon as it is free", async () => {
    await publish(kubernetes.client, "acme", `first${counter}`, 1);
    await whenSettled(kubernetes.client, "acme", `first${counter}`, 1);
    await publish(kubernetes.client, "acme", chain, 1);
    await whenCondition("Accepted", "False", "AttachmentInUse");
    const first = { namespace: tenantNamespace("acme"), name: `first${counter}` };
    await kubernetes.client.delete(serviceChains, first);
    await whenSettled(kubernetes.client, "acme", chain, 1);
  });
});
