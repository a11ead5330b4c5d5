// SPDX-License-Identifier: Apache-2.0
// The operator may die at any write, before it or just after it. Every such point of a publish is tried.
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install } from "../../src/install/install.ts";
import type { KubernetesClient } from "../../src/kubernetes/client.ts";
import { silent } from "../../src/log.ts";
import { Operator } from "../../src/operator/operator.ts";
import { DyingClient, type When } from "../support/dying-client.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";
import { ReportingAgent } from "../support/reporting-agent.ts";
import { createPlatform, listViews, publish, whenSettled } from "./platform.ts";

/** More than a publish writes. */
const maxWrites = 40;

describe.each(kubernetesTargets())("an operator that dies, on the $name", (target) => {
  let kubernetes: TestKubernetes;
  let agent: ReportingAgent;

  const runOperator = (client: KubernetesClient, identity: string) => {
    const stopping = new AbortController();
    const running = new Operator({ client, identity, logger: silent }).run(stopping.signal);
    return async () => {
      stopping.abort();
      await running;
    };
  };
  const configOf = ({ kubeconfig }: TestKubernetes): KubeConfig => {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    return config;
  };

  beforeAll(async () => {
    kubernetes = await target.start();
    await install(kubernetes.client, silent);
    agent = new ReportingAgent(kubernetes.client, "node-1");
    await agent.start();
    agent.count = (pod) =>
      pod === "gateway-west" ? { injected: 9, left: 9, dropped: 0 } : { injected: 0, left: 0, dropped: 0 };
    const stop = runOperator(kubernetes.client, "first");
    await createPlatform(kubernetes.client, ["acme"]);
    await publish(kubernetes.client, "acme", "web", 1);
    await whenSettled(kubernetes.client, "acme", "web", 1);
    await stop();
  });
  afterAll(async () => {
    await agent?.stop();
    await kubernetes?.stop();
  });

  let revision = 1;
  it.each<When>(["before", "after"])(
    "leaves a publish that the next one completes, whichever write it dies %s",
    async (when) => {
      const { client } = kubernetes;
      let died = true;
      for (let writes = 1; died && writes <= maxWrites; writes++) {
        revision += 1;
        let death: () => void = () => {};
        const dead = new Promise<boolean>((resolve) => {
          death = () => resolve(true);
        });
        const dying = new DyingClient(configOf(kubernetes), writes, when, death);
        const stopFirst = runOperator(dying, `dies at ${writes}`);
        await publish(client, "acme", "web", revision);
        const settled = whenSettled(client, "acme", "web", revision, 30_000);
        died = await Promise.race([dead, settled.then(() => false)]);
        await stopFirst();
        dying.close();
        const stopNext = runOperator(client, "next");
        const chain = await settled;
        await stopNext();
        expect(chain.status?.retired?.filter((r) => !r.closed)).toEqual([]);
        const views = await listViews(client, "acme");
        expect(new Set(views.map((v) => v.spec.viewId)).size).toBe(views.length);
      }
      // It got through unharmed in the end, so every write was tried.
      expect(died).toBe(false);
    },
  );

  it("still retires each view exactly once", async () => {
    const stop = runOperator(kubernetes.client, "last");
    const chain = await eventually("a settled chain", () =>
      whenSettled(kubernetes.client, "acme", "web", revision),
    );
    await stop();
    const names = (chain.status?.retired ?? []).map((r) => r.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
