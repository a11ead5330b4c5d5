// SPDX-License-Identifier: Apache-2.0
import { systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Heartbeat } from "../../src/agent/heartbeat.ts";
import { StatusWriter } from "../../src/agent/programming/status-writer.ts";
import { install } from "../../src/install/install.ts";
import { condition, findCondition } from "../../src/kubernetes/conditions.ts";
import { agentLeaseName } from "../../src/kubernetes/core.ts";
import { dataplaneNodes, leases } from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { Operator } from "../../src/operator/operator.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";
import { ReportingAgent } from "../support/reporting-agent.ts";
import { createPlatform, getChain, publish, whenSettled } from "./platform.ts";

describe.each(kubernetesTargets())("the heartbeat of an agent on the $name", (target) => {
  let kubernetes: TestKubernetes;
  const stopping = new AbortController();
  let running: Promise<void>;

  beforeAll(async () => {
    kubernetes = await target.start();
    await install(kubernetes.client, silent);
    running = new Operator({ client: kubernetes.client, identity: "test", logger: silent }).run(
      stopping.signal,
    );
  });
  afterAll(async () => {
    stopping.abort();
    await running;
    await kubernetes?.stop();
  });

  /** A heart that beats fast; answers what stops it. */
  function beat(node: string, onBeat: () => void = () => {}): () => Promise<void> {
    const dying = new AbortController();
    const times = { periodMs: 100, durationSeconds: 1 };
    const heartbeat = new Heartbeat({ client: kubernetes.client, node, logger: silent, onBeat, ...times });
    const done = heartbeat.run(dying.signal);
    return () => {
      dying.abort();
      return done;
    };
  }
  const readiness = async (name: string) =>
    findCondition((await kubernetes.client.get(dataplaneNodes, { name })).status?.conditions, "Ready");
  const whenReady = (node: string, status: string, reason: string) =>
    eventually(`node ${node} is ${status}: ${reason}`, async () => {
      const ready = await readiness(node);
      return ready?.status === status && ready.reason === reason ? ready : undefined;
    });

  it("turns a node's Ready unknown when it stops, and the agent turns it back when it beats again", async () => {
    const ending = new AbortController();
    const ready = condition("Ready", true, "PodsReady", "all is well", 0);
    const writer = new StatusWriter(kubernetes.client, "node-2", () => ({ conditions: [ready] }), silent);
    const writing = writer.run(ending.signal);
    let stop = beat("node-2", () => writer.reread());
    try {
      await whenReady("node-2", "True", "PodsReady");
      const named = { namespace: systemNamespace, name: agentLeaseName("node-2") };
      const { renewTime } = (await kubernetes.client.get(leases, named)).spec;
      await eventually("it is renewed", async () => {
        return (await kubernetes.client.get(leases, named)).spec.renewTime !== renewTime;
      });
      expect((await readiness("node-2"))?.status).toBe("True");
      await stop();
      const found = await whenReady("node-2", "Unknown", "AgentSilent");
      expect(found?.message).toBe("agent of node node-2 is silent");
      stop = beat("node-2", () => writer.reread());
      await whenReady("node-2", "True", "PodsReady");
    } finally {
      await stop();
      ending.abort();
      await writing;
    }
  });

  it("tells a publish that waits for a silent agent whose it is, and lets it go on when the agent is back", async () => {
    const { client } = kubernetes;
    const first = new ReportingAgent(client, "node-1");
    await first.start();
    const stop = beat("node-1");
    await createPlatform(client, ["acme"]);
    await publish(client, "acme", "web", 1);
    await whenSettled(client, "acme", "web", 1);
    await first.stop();
    await stop();
    await publish(client, "acme", "web", 2);
    await eventually("the chain names the agent", async () => {
      const programmed = findCondition(
        (await getChain(client, "acme", "web")).status?.conditions,
        "Programmed",
      );
      return (
        programmed?.reason === "AgentSilent" && programmed.message.includes("agent of node node-1 is silent")
      );
    });
    expect((await getChain(client, "acme", "web")).status?.activeView?.revision).toBe(1);
    const next = new ReportingAgent(client, "node-1");
    await next.start();
    try {
      await whenSettled(client, "acme", "web", 2);
    } finally {
      await next.stop();
    }
  });
});
