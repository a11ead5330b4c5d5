// SPDX-License-Identifier: Apache-2.0
// A set's pods are replaced whatever write the operator dies at, and there are never fewer that stay than it asks for.
import { KubeConfig } from "@kubernetes/client-node";
import { annotations, systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install } from "../../src/install/install.ts";
import type { KubernetesClient } from "../../src/kubernetes/client.ts";
import type { Pod } from "../../src/kubernetes/core.ts";
import { ignore, isConflict, isNotFound } from "../../src/kubernetes/errors.ts";
import { Informer } from "../../src/kubernetes/informer.ts";
import { functionSets, pods } from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { Operator } from "../../src/operator/operator.ts";
import { DyingClient, type When } from "../support/dying-client.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";
import { ReportingAgent } from "../support/reporting-agent.ts";
import { createPlatform } from "./platform.ts";

const set = { namespace: systemNamespace, name: "firewall-shared" };
/** More than a replacement writes. */
const maxWrites = 60;

describe.each(kubernetesTargets())("the replacement of pods, on the $name", (target) => {
  let kubernetes: TestKubernetes;
  let agent: ReportingAgent;
  let informer: Informer<Pod>;
  let fewest = Number.POSITIVE_INFINITY;
  const stopping = new AbortController();
  let informing: Promise<void> = Promise.resolve();

  const runOperator = (client: KubernetesClient, identity: string) => {
    const end = new AbortController();
    const running = new Operator({ client, identity, logger: silent }).run(end.signal);
    return async () => {
      end.abort();
      await running;
    };
  };
  const ofSet = () =>
    informer.list().filter((p) => p.metadata.labels?.["nfaas.io/function-set"] === set.name);
  const isReady = (p: Pod) => (p.status?.conditions ?? []).some((c) => c.type === "Ready");
  /** A kubelet whose pods are ready at once, and a look at how many carry packets. */
  const keepReady = ({ object }: { object: Pod }) => {
    if (isReady(object) || object.metadata.deletionTimestamp !== undefined) return;
    const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
    const patched = kubernetes.client.patch(pods, object.metadata, { status }, "status");
    ignore((e) => isConflict(e) || isNotFound(e), patched).catch(() => {});
  };
  const restart = (value: string) =>
    kubernetes.client.patch(functionSets, set, {
      metadata: { annotations: { [annotations.restartedAt]: value } },
    });
  const whenSettled = (old: readonly string[]) =>
    eventually(
      "two new pods",
      async () => {
        const { status } = await kubernetes.client.get(functionSets, set);
        const uids = ofSet().map((p) => p.metadata.uid ?? "");
        const isSo =
          uids.length === 2 &&
          !uids.some((uid) => old.includes(uid)) &&
          status?.updatedReplicas === 2 &&
          status.conditions?.some((c) => c.type === "Progressing" && c.reason === "Settled");
        if (!isSo) throw new Error(JSON.stringify({ uids, status }));
        return true;
      },
      60_000,
    );

  beforeAll(async () => {
    kubernetes = await target.start();
    await install(kubernetes.client, silent);
    agent = new ReportingAgent(kubernetes.client, "node-1");
    await agent.start();
    informer = new Informer(kubernetes.client, pods, { namespace: systemNamespace });
    informer.onChange(keepReady);
    informing = informer.run(stopping.signal);
    const stop = runOperator(kubernetes.client, "first");
    await createPlatform(kubernetes.client, ["acme"]);
    await whenSettled([]);
    await stop();
    informer.onChange(() => {
      const carrying = ofSet().filter(
        (p) => isReady(p) && p.metadata.annotations?.[annotations.drain] === undefined,
      );
      fewest = Math.min(fewest, carrying.length);
    });
  });
  afterAll(async () => {
    stopping.abort();
    await informing;
    await agent?.stop();
    await kubernetes?.stop();
  });

  it.each<When>(["before", "after"])(
    "is completed by the next operator, whichever write one dies %s, and two pods carry packets all the time",
    async (when) => {
      const config = new KubeConfig();
      config.loadFromFile(kubernetes.kubeconfig);
      let died = true;
      for (let writes = 1; died && writes <= maxWrites; writes++) {
        const old = ofSet().map((p) => p.metadata.uid ?? "");
        let death: () => void = () => {};
        const dead = new Promise<boolean>((resolve) => {
          death = () => resolve(true);
        });
        const dying = new DyingClient(config, writes, when, death);
        const stopFirst = runOperator(dying, `dies at ${writes}`);
        await restart(`${when} ${writes}`);
        const settled = whenSettled(old);
        died = await Promise.race([dead, settled.then(() => false)]);
        await stopFirst();
        dying.close();
        const stopNext = runOperator(kubernetes.client, "next");
        await settled;
        await stopNext();
      }
      expect(died, "it got through unharmed in the end, so every write was tried").toBe(false);
      expect(fewest).toBe(2);
    },
    400_000,
  );
});
