// SPDX-License-Identifier: Apache-2.0
// The manifests' roles are enough for the operator and the agent, and no more. Only the real API enforces roles.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { systemNamespace, tenantNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Heartbeat } from "../../src/agent/heartbeat.ts";
import { install } from "../../src/install/install.ts";
import type { KubernetesClient } from "../../src/kubernetes/client.ts";
import { findCondition } from "../../src/kubernetes/conditions.ts";
import { KubernetesError } from "../../src/kubernetes/errors.ts";
import { LeaderElection } from "../../src/kubernetes/leader-election.ts";
import { dataplaneNodes, events, pods, serviceChains, tenants } from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { Operator } from "../../src/operator/operator.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";
import { ReportingAgent } from "../support/reporting-agent.ts";
import { createPlatform, publish, whenSettled } from "./platform.ts";

const manifests = fileURLToPath(new URL("../../deploy/", import.meta.url));
const enforcing = kubernetesTargets().find((t) => t.name.startsWith("real"));

describe.skipIf(!enforcing)("the roles of the manifests on the real Kubernetes API", () => {
  let kubernetes: TestKubernetes;
  let asOperator: KubernetesClient;
  let asAgent: KubernetesClient;

  beforeAll(async () => {
    kubernetes = await enforcing!.start();
    await install(kubernetes.client, silent);
    const kubectl = ["--kubeconfig", kubernetes.kubeconfig, "apply", "-f", manifests];
    await promisify(execFile)("kubectl", kubectl);
    asOperator = await kubernetes.clientAs!("nfaas-operator");
    asAgent = await kubernetes.clientAs!("nfaas-agent");
  });
  afterAll(() => kubernetes?.stop());

  it("let operator and agent do all of a publish, from the first pod to the last packet", async () => {
    const stopping = new AbortController();
    const election = new LeaderElection({
      client: asOperator,
      namespace: systemNamespace,
      name: "nfaas-operator",
      identity: "a",
      logger: silent,
    });
    const operator = new Operator({ client: asOperator, identity: "a", logger: silent });
    const running = election.run(stopping.signal, (leading) => operator.run(leading));
    const agent = new ReportingAgent(asAgent, "node-1");
    agent.count = (pod) => ({ injected: pod === "gateway-west" ? 3 : 0, left: 0, dropped: 0 });
    const dying = new AbortController();
    const heartbeat = new Heartbeat({
      client: asAgent,
      node: "node-1",
      logger: silent,
      onBeat: () => {},
      periodMs: 100,
      durationSeconds: 1,
    }).run(dying.signal);
    try {
      await agent.start();
      const { client } = kubernetes;
      await createPlatform(client, ["acme"]);
      const rollout = { drainDeadlineSeconds: 1 };
      await publish(client, "acme", "web", { revision: 1, rollout });
      await whenSettled(client, "acme", "web", 1);
      await publish(client, "acme", "web", { revision: 2, rollout });
      await whenSettled(client, "acme", "web", 2);
      const { items } = await client.list(events, { namespace: tenantNamespace("acme") });
      expect(items.map((e) => e.reason)).toEqual(expect.arrayContaining(["Flipped", "PacketsLost"]));
      await client.delete(serviceChains, { namespace: tenantNamespace("acme"), name: "web" });
      await eventually(
        "the chain is gone",
        async () => (await client.list(serviceChains)).items.length === 0,
      );
      dying.abort();
      await eventually("the node's silence is told", async () => {
        const { status } = await client.get(dataplaneNodes, { name: "node-1" });
        return findCondition(status?.conditions, "Ready")?.reason === "AgentSilent";
      });
    } finally {
      dying.abort();
      await heartbeat;
      stopping.abort();
      await running;
      await agent.stop();
    }
  });

  const forbidden = async (attempt: Promise<unknown>) => {
    const error = await attempt.then(() => undefined).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(KubernetesError);
    expect((error as KubernetesError).reason).toBe("Forbidden");
  };

  it("let neither touch what is not its own", async () => {
    await forbidden(asOperator.delete(tenants, { name: "acme" }));
    await forbidden(asOperator.delete(dataplaneNodes, { name: "node-1" }));
    await forbidden(asAgent.delete(pods, { namespace: systemNamespace, name: "gateway-west" }));
    await forbidden(asAgent.list(serviceChains));
  });
});
