// SPDX-License-Identifier: Apache-2.0
// The embedded home's kubelet, for our own Pods only: binds them to this node, keeps a process running for each,
// adopts those of a predecessor, and says how they are.
import { labels } from "@nfaas/domain";
import { Backoff, pause } from "../../kubernetes/backoff.ts";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import type { Pod } from "../../kubernetes/core.ts";
import { ignore, isConflict, isNotFound, messageOf } from "../../kubernetes/errors.ts";
import type { Informer } from "../../kubernetes/informer.ts";
import { pods as podType } from "../../kubernetes/resources.ts";
import { WorkQueue } from "../../kubernetes/work-queue.ts";
import type { Logger } from "../../log.ts";
import { allocateAddress, type FabricFamily, familyOf } from "./addresses.ts";
import type { PodRuntime, RunningPod } from "./pod-runtime.ts";
import { type PodFacts, podStatus } from "./pod-status.ts";

/** How often an adopted process is looked at; of our own children and of closed sockets we hear at once. */
const checkMs = 1_000;
/** Its neighbours first learn that a pod takes no more packets; then it ends. */
const leaveMs = 200;
/** One that ran this long before it died starts again at once. */
const stableMs = 10_000;

export interface KubeletOptions {
  client: KubernetesClient;
  pods: Informer<Pod>;
  node: string;
  runtime: PodRuntime;
  logger: Logger;
  /** Of the addresses that new pods get. */
  fabricFamily?: FabricFamily;
  /** Whether the pod's process has its state. */
  isReady: (pod: Pod) => boolean;
  /** Settles when all is heard from a pod that is deleted. */
  whenDispensable: (pod: string) => Promise<void>;
}

interface Record {
  running?: RunningPod;
  startedAt: number;
  restarts: number;
  backoff: Backoff;
  address?: string;
  /** Why the last attempt to start it failed. */
  fault?: string;
}

export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #queue: WorkQueue;
  readonly #records = new Map<string, Record>();

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#queue = new WorkQueue((name) => this.#reconcile(name), {
      maxDelayMs: 2_000,
      onError: (pod, error) => {
        if (!isConflict(error)) options.logger.warn("pod not reconciled", { pod, error: messageOf(error) });
      },
    });
    options.pods.onChange(({ object }) => this.check(object.metadata.name));
  }

  restartsOf(pod: string): number {
    return this.#records.get(pod)?.restarts ?? 0;
  }

  /** Looks at the pod soon. Nothing happens before the list of Pods is known. */
  check(pod: string): void {
    if (this.#options.pods.hasSynced) this.#queue.add(pod);
  }

  /** Call when the list of Pods is known: processes whose Pod is gone are ended. */
  async start(): Promise<void> {
    for (const pod of this.#options.pods.list()) this.#queue.add(pod.metadata.name);
    for (const name of await this.#options.runtime.list()) this.#queue.add(name);
  }

  /** Leaves the processes running. */
  stop(): void {
    this.#queue.stop();
  }

  async #reconcile(name: string): Promise<number | undefined> {
    const pod = this.#options.pods.list().find((p) => p.metadata.name === name);
    if (!pod || pod.metadata.deletionTimestamp !== undefined) return this.#end(name, pod);
    if (!isOurs(pod)) return;
    if (pod.spec.nodeName === undefined) return this.#bind(pod);
    if (pod.spec.nodeName !== this.#options.node) return;
    const record = await this.#recordOf(pod);
    const wait = await this.#keepRunning(pod, record);
    await this.#report(pod, record, wait);
    return wait ?? checkMs;
  }

  async #end(name: string, pod: Pod | undefined): Promise<undefined> {
    if (this.#records.get(name)?.running) {
      await pause(leaveMs);
      await this.#options.whenDispensable(name);
    }
    await this.#options.runtime.remove(name);
    this.#records.delete(name);
    if (!pod) return;
    const { uid } = pod.metadata;
    await ignore(
      isNotFound,
      this.#options.client.delete(podType, pod.metadata, { uid, gracePeriodSeconds: 0 }),
    );
  }

  async #bind({ metadata: { name, namespace } }: Pod): Promise<undefined> {
    const target = { apiVersion: "v1", kind: "Node", name: this.#options.node };
    const binding = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace }, target };
    await this.#options.client.post(podType, { name, namespace }, "binding", binding);
    this.#options.logger.info("pod bound", { pod: name, node: this.#options.node });
    return undefined;
  }

  async #recordOf(pod: Pod): Promise<Record> {
    const { name, uid } = pod.metadata;
    const known = this.#records.get(name);
    if (known) return known;
    const restarts = pod.status?.containerStatuses?.[0]?.restartCount ?? 0;
    const record: Record = { startedAt: 0, restarts, backoff: new Backoff(200, 10_000) };
    const running = await this.#options.runtime.find(name);
    if (running && running.uid === uid) {
      record.running = running;
      record.startedAt = performance.now();
      this.#options.logger.info("process adopted", { pod: name, pid: running.pid });
    } else if (running) await this.#options.runtime.remove(name);
    else if (pod.status?.containerStatuses?.[0]?.started) record.restarts += 1;
    this.#records.set(name, record);
    return record;
  }

  /** Answers how long to wait before the next attempt, when there is one to wait for. */
  async #keepRunning(pod: Pod, record: Record): Promise<number | undefined> {
    const { runtime, logger } = this.#options;
    const { name, uid = "" } = pod.metadata;
    record.address ??= this.#addressOf(pod);
    if (record.running && (await runtime.isAlive(record.running.pid))) return;
    const now = performance.now();
    if (record.running) {
      record.running = undefined;
      record.restarts += 1;
      if (now - record.startedAt > stableMs) record.backoff.reset();
      else if (record.restarts > 1) {
        const delay = record.backoff.next();
        record.startedAt = now + delay;
        return delay;
      }
    }
    if (now < record.startedAt) return record.startedAt - now;
    record.startedAt = now;
    record.fault = undefined;
    try {
      record.running = await runtime.start(name, uid, pod.spec.containers[0]?.args ?? []);
    } catch (error) {
      record.fault = messageOf(error);
      logger.error("process not started", { pod: name, error: record.fault });
      const delay = record.backoff.next();
      record.startedAt = now + delay;
      return delay;
    }
  }

  #addressOf(pod: Pod): string {
    if (pod.status?.podIP) return pod.status.podIP;
    const used = new Set<string>();
    for (const { status } of this.#options.pods.list()) if (status?.podIP) used.add(status.podIP);
    for (const { address } of this.#records.values()) if (address) used.add(address);
    const { fabricFamily, logger } = this.#options;
    const family = familyOf(used, fabricFamily);
    if (fabricFamily !== undefined && family !== fabricFamily) {
      const is = `this instance's pods have ${family} addresses, and a fabric has one family`;
      logger.warn(`fabric family ${fabricFamily} is not used: ${is}`, { pod: pod.metadata.name });
    }
    const address = allocateAddress(used, family);
    if (!address) throw new Error("all fabric addresses are used");
    return address;
  }

  async #report(pod: Pod, record: Record, wait: number | undefined): Promise<void> {
    const running = record.running !== undefined;
    const facts: PodFacts = {
      address: record.address ?? "",
      running,
      ready: running && this.#options.isReady(pod),
      restarts: record.restarts,
      waiting: wait === undefined ? undefined : whyWaiting(record),
    };
    const status = podStatus(pod, facts, new Date());
    if (!status) return;
    await ignore(isNotFound, this.#options.client.patch(podType, pod.metadata, { status }, "status"));
  }
}

const isOurs = ({ metadata: { labels: own = {} } }: Pod): boolean =>
  own[labels.functionSet] !== undefined || own[labels.gateway] !== undefined;

const whyWaiting = ({ fault }: Record): PodFacts["waiting"] =>
  fault === undefined
    ? { reason: "CrashLoopBackOff", message: "the process ended soon after its start; see its log" }
    : { reason: "RunContainerError", message: fault };
