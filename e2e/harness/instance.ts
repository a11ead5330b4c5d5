// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Lab } from "@nfaas/lab";
import {
  checkout,
  type Instance,
  type InstanceStatus,
  loadSecrets,
  podProcesses,
  readInstance,
  type Secrets,
} from "@nfaas/launcher";

const execute = promisify(execFile);

/** A running NFaaS as the tests see it: its URL, its hosts, its Kubernetes objects, its processes. */
export class RunningInstance {
  readonly instance: Instance;
  readonly lab: Lab;

  /** @param state the state folder of an instance that is up */
  constructor(readonly state: string) {
    const instance = readInstance({ ...process.env, NFAAS_STATE: state });
    if (instance === undefined) throw new Error(`no instance at ${state}`);
    this.instance = instance;
    this.lab = new Lab(instance.id);
  }

  get url(): string {
    return this.instance.url;
  }

  get secrets(): Secrets {
    return loadSecrets(this.instance.paths);
  }

  /** Runs the launcher on this instance, e.g. `nfaas("status", "--json")`; gives its stdout. */
  async nfaas(...args: string[]): Promise<string> {
    const env = { ...process.env, NFAAS_STATE: this.state };
    return (await execute(join(checkout, "nfaas"), args, { env, maxBuffer: 64 * 2 ** 20 })).stdout;
  }

  /** kubectl as an administrator; gives its stdout. Rejects when it fails. */
  async kubectl(...args: string[]): Promise<string> {
    const config = ["--kubeconfig", this.instance.paths.kubeconfig()];
    return (await execute("kubectl", [...config, ...args], { maxBuffer: 64 * 2 ** 20 })).stdout;
  }

  /** `kubectl get ... -o json`, parsed. */
  async get<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl("get", ...args, "-o", "json")) as T;
  }

  status(): InstanceStatus {
    return JSON.parse(readFileSync(this.instance.paths.status, "utf8")) as InstanceStatus;
  }

  /** The pid of a part ("operator", "agent", ...) or of a pod ("gateway-west", ...), for a test that kills it. */
  pidOf(name: string): number {
    const part = this.status().parts.find((status) => status.name === name)?.process;
    const pod = podProcesses(this.instance.paths).find((running) => running.pod === name);
    const pid = (part ?? pod)?.pid;
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }
}
