// SPDX-License-Identifier: Apache-2.0
// The whole control plane over real data plane processes and real hosts: Kubernetes API, operator, agent, lab.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { apiVersion, systemNamespace, tenantNamespace } from "@nfaas/domain";
import { createHosts, Lab, type LabTenant, labHost, removeHosts } from "../../../packages/lab/src/index.ts";
import { PodRuntime } from "../../src/agent/kubelet/pod-runtime.ts";
import { terminate } from "../../src/agent/kubelet/process-table.ts";
import { install } from "../../src/install/install.ts";
import { ignore, isNotFound } from "../../src/kubernetes/errors.ts";
import {
  dataplaneNodes,
  functionSets,
  gateways,
  namespaces,
  serviceChains,
  tenants,
} from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { Operator } from "../../src/operator/operator.ts";
import { functionSet, isTrue } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";
import { AgentLog } from "./agent-log.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const dataplaneProgram = join(root, "dataplane/build/src/nfaas-dataplane");
const agentMain = join(root, "operator-bridge/src/agent/main.ts");
const sides = ["client", "server"] as const;
const gatewayOf = { client: "west", server: "east" } as const;
const demoTenants: readonly LabTenant[] = ["acme", "globex"];

const attachment = (tenant: LabTenant, side: (typeof sides)[number]) => {
  const subnet = side === "client" ? 1 : 2;
  return {
    name: side,
    gateway: gatewayOf[side],
    edgePort: `${tenant}-${side}`,
    address: `10.0.${subnet}.1/24`,
    prefixes: [`10.0.${subnet}.0/24`],
  };
};

const firstNode = "node-1";

interface RunningAgent {
  process: ChildProcess;
  log: AgentLog;
  url: string;
}

export class Stack {
  readonly lab: Lab;
  readonly token = randomBytes(8).toString("hex");
  /** By node; also those that were killed. */
  readonly #agents = new Map<string, RunningAgent>();
  readonly #stopping = new AbortController();
  #operator: Promise<void> | undefined;

  private constructor(
    readonly instance: string,
    readonly state: string,
    readonly kubernetes: TestKubernetes,
    readonly settings: Readonly<Record<string, string>>,
  ) {
    this.lab = new Lab(instance);
  }

  /** @param settings environment variables of its agents beside their own */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const instance = `t${randomBytes(2).toString("hex")}`;
    const state = await realpath(await mkdtemp(join(tmpdir(), "nfaas-")));
    // By this `nfaas down` finds the hosts when the run is interrupted.
    await writeFile(join(state, "instance.json"), JSON.stringify({ id: instance }));
    const kubernetes = await kubernetesTargets()[0]!.start();
    const stack = new Stack(instance, state, kubernetes, settings);
    try {
      await install(kubernetes.client, silent);
      const operator = new Operator({ client: kubernetes.client, identity: "test", logger: silent });
      stack.#operator = operator.run(stack.#stopping.signal);
      await createHosts(instance);
      await stack.#createPlatform();
      await stack.startAgent();
      await stack.whenPodsReady();
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  get client() {
    return this.kubernetes.client;
  }
  get agentUrl(): string {
    return this.#agents.get(firstNode)?.url ?? "";
  }
  /** Of the newest agent of each node. */
  agentLogs(): { node: string; log: AgentLog }[] {
    return [...this.#agents].map(([node, { log }]) => ({ node, log }));
  }
  get agentPid(): number {
    return this.#agents.get(firstNode)?.process.pid ?? 0;
  }

  /** Where the node's agent keeps what it has; the processes of all nodes meet in one folder of links. */
  async #stateOf(node: string): Promise<string> {
    if (node === firstNode) return this.state;
    const state = join(this.state, node);
    await mkdir(join(state, "run"), { recursive: true });
    await ignore(
      (error) => (error as NodeJS.ErrnoException).code === "EEXIST",
      symlink(join(this.state, "run/fabric"), join(state, "run/fabric")),
    );
    return state;
  }

  /** An agent binds every Pod that is bound to no node: which node gets one is certain while one agent runs. */
  async startAgent(node = firstNode): Promise<void> {
    const agent = spawn(process.execPath, ["--import", "tsx", agentMain], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...process.env,
        KUBECONFIG: this.kubernetes.kubeconfig,
        NFAAS_NODE: node,
        NFAAS_STATE: await this.#stateOf(node),
        NFAAS_INSTANCE: this.instance,
        NFAAS_AGENT_PORT: "0",
        NFAAS_AGENT_TOKEN: this.token,
        NFAAS_DATAPLANE: dataplaneProgram,
        NFAAS_KUBELET: "1",
        ...this.settings,
      },
    });
    const log = new AgentLog(agent.stderr);
    this.#agents.set(node, { process: agent, log, url: "" });
    const url = await log.url;
    this.#agents.set(node, { process: agent, log, url });
    await eventually("the agent is ready", async () => (await fetch(`${url}/readyz`)).ok);
  }

  async killAgent(node = firstNode): Promise<void> {
    const agent = this.#agents.get(node)!.process;
    const ended = new Promise((resolve) => agent.once("exit", resolve));
    agent.kill("SIGKILL");
    await ended;
  }

  async #createPlatform(): Promise<void> {
    for (const side of sides) {
      const edgePorts = demoTenants.map((tenant) => ({
        name: `${tenant}-${side}`,
        interface: labHost(this.instance, tenant, side).edgeInterface,
      }));
      const metadata = { name: gatewayOf[side], namespace: systemNamespace };
      await this.client.create(gateways, { apiVersion, kind: "Gateway", metadata, spec: { edgePorts } });
    }
    await this.client.create(functionSets, functionSet("firewall-shared", 2));
    for (const [i, name] of demoTenants.entries()) {
      const spec = { tenantId: i + 1, displayName: name, attachments: sides.map((s) => attachment(name, s)) };
      await this.client.create(tenants, { apiVersion, kind: "Tenant", metadata: { name }, spec });
      await eventually("its namespace", () => this.client.get(namespaces, { name: tenantNamespace(name) }));
    }
  }

  async whenPodsReady(): Promise<void> {
    await eventually(
      "every pod is ready",
      async () => {
        const { items: sets } = await this.client.list(functionSets, { namespace: systemNamespace });
        const { items: ways } = await this.client.list(gateways, { namespace: systemNamespace });
        const pods = await this.reportedPods();
        const all = [...sets, ...ways].every((o) => isTrue(o, "Ready")) && pods.every((p) => p.ready);
        if (!all) throw new Error(JSON.stringify(pods));
        return pods.length === 4;
      },
      30_000,
    );
  }

  async reportedPods(node = firstNode) {
    return (await this.client.get(dataplaneNodes, { name: node })).status?.pods ?? [];
  }

  async pidOf(pod: string): Promise<number> {
    return Number(await readFile(join(this.state, "run/pods", pod, "pid"), "utf8"));
  }

  async stop(): Promise<void> {
    for (const tenant of demoTenants) {
      const { items } = (await ignore(
        () => true,
        this.client.list(serviceChains, { namespace: tenantNamespace(tenant) }),
      )) ?? { items: [] };
      for (const { metadata } of items) await ignore(isNotFound, this.client.delete(serviceChains, metadata));
    }
    this.#stopping.abort();
    await this.#operator;
    for (const [node, { process: agent }] of this.#agents) {
      if (agent.exitCode === null && agent.signalCode === null) await terminate(agent.pid ?? 0, 3_000);
      const runtime = new PodRuntime({
        runDirectory: join(await this.#stateOf(node), "run"),
        program: dataplaneProgram,
        instance: this.instance,
        logger: silent,
        onExit: () => {},
      });
      for (const pod of await runtime.list()) await runtime.remove(pod);
    }
    await removeHosts(this.instance);
    await this.kubernetes.stop();
    await rm(this.state, { recursive: true, force: true });
  }
}
