// SPDX-License-Identifier: Apache-2.0
// The embedded home's kubelet where the program does not do what it should. Needs no privileges.
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemNamespace } from "@nfaas/domain";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Agent } from "../../src/agent/agent.ts";
import { isAlive } from "../../src/agent/kubelet/process-table.ts";
import { install } from "../../src/install/install.ts";
import type { Pod } from "../../src/kubernetes/core.ts";
import { ignore, isNotFound } from "../../src/kubernetes/errors.ts";
import { dataplaneNodes, pods } from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { newPod } from "../../src/operator/pods.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";

const named = { namespace: systemNamespace, name: "fw-0" };

describe("the kubelet of the embedded home", () => {
  let kubernetes: TestKubernetes;
  let state: string;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    kubernetes = await kubernetesTargets()[0]!.start();
    await install(kubernetes.client, silent);
  });
  afterAll(() => kubernetes?.stop());
  beforeEach(async () => {
    state = await realpath(await mkdtemp(join(tmpdir(), "nfaas-")));
    stop = async () => {};
  });
  afterEach(async () => {
    const { client } = kubernetes;
    await ignore(isNotFound, client.delete(pods, named));
    await eventually("the pod is gone", async () => !(await ignore(isNotFound, client.get(pods, named))));
    await stop();
    await rm(state, { recursive: true, force: true });
  });

  const startAgent = (program: string) => {
    const stopping = new AbortController();
    const agent = new Agent({
      client: kubernetes.client,
      node: "node-1",
      stateDirectory: state,
      agentAddress: "http://127.0.0.1:0",
      logger: silent,
      kubelet: { program, instance: "none" },
    });
    const running = agent.run(stopping.signal);
    stop = async () => {
      stopping.abort();
      await running;
    };
  };
  const script = async (body: string) => {
    const path = join(state, "program");
    await writeFile(path, `#!/bin/sh\n${body}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const createPod = () => {
    const owner = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", uid: "none" } };
    const pod = newPod({
      name: "fw-0",
      owner,
      function: "firewall",
      labels: { "nfaas.io/function-set": "fw" },
    });
    return kubernetes.client.create(pods, { ...pod, metadata: { ...pod.metadata, ownerReferences: [] } });
  };
  const container = async () => (await kubernetes.client.get(pods, named)).status?.containerStatuses?.[0];

  it("starts a process that ends at once again and again, ever later, and says so", async () => {
    startAgent(await script("exit 3"));
    await createPod();
    const status = await eventually("a crash loop", async () => {
      const found = await container();
      return (found?.restartCount ?? 0) >= 2 && found?.state?.waiting ? found : undefined;
    });
    expect(status?.state?.waiting?.reason).toBe("CrashLoopBackOff");
    expect(status?.ready).toBe(false);
  });

  it("says why a program can't be started", async () => {
    startAgent(join(state, "nothing"));
    await createPod();
    const status = await eventually("a fault", async () => {
      const found = await container();
      return found?.state?.waiting?.reason === "RunContainerError" ? found : undefined;
    });
    expect(status?.state?.waiting?.message).toMatch(/ENOENT/);
  });

  it("reports a pod whose process does not answer as not ready, with an address of its own", async () => {
    startAgent(await script("exec sleep 1000"));
    await createPod();
    const { status } = await eventually("a report", async () => {
      const node = await kubernetes.client.get(dataplaneNodes, { name: "node-1" });
      return node.status?.pods?.length === 1 ? node : undefined;
    }).then((n) => n!);
    expect(status?.pods?.[0]).toMatchObject({ name: "fw-0", ready: false });
    expect(status?.pods?.[0]?.fabricAddress).toMatch(/^100\.64\./);
  });

  it("ends a process that outlived both its agent and its pod", async () => {
    // The pod's name among the arguments is how the process is known again.
    startAgent(await script('echo $$ > "$0.pid"; while :; do sleep 0.1; done'));
    const pod: Pod = await createPod();
    const pid = Number(await eventually("a process", () => readFile(join(state, "program.pid"), "utf8")));
    await stop();
    expect(await isAlive(pid)).toBe(true);
    await kubernetes.client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 });
    startAgent(join(state, "program"));
    await eventually("it has ended", async () => !(await isAlive(pid)));
  });
});
