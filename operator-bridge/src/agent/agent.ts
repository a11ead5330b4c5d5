// SPDX-License-Identifier: Apache-2.0
// The agent of one node: from objects to its pods' states, and from its pods back to objects and live figures.
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { type LiveSample, labels, type ServiceChainView, systemNamespace } from "@nfaas/domain";
import { Backoff, pause } from "../kubernetes/backoff.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { condition } from "../kubernetes/conditions.ts";
import { isPodReady, type Pod } from "../kubernetes/core.ts";
import { ignore, isNotFound, messageOf } from "../kubernetes/errors.ts";
import { Informer } from "../kubernetes/informer.ts";
import {
  dataplaneNodes,
  gateways,
  type KubernetesObject,
  pods,
  type ResourceType,
  secrets,
  serviceChainViews,
  tenants,
} from "../kubernetes/resources.ts";
import type { Logger } from "../log.ts";
import { gatewayGroup } from "../state-group.ts";
import type { ExplainPod } from "./explain/explain.ts";
import { FlowLog, type FlowLogPod } from "./flow-log/flow-log.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { FabricFamily } from "./kubelet/addresses.ts";
import { Kubelet } from "./kubelet/kubelet.ts";
import { PodRuntime } from "./kubelet/pod-runtime.ts";
import { machineFacts } from "./machine.ts";
import { DepartedPods } from "./programming/departed-pods.ts";
import { buildDesiredState, type Snapshot } from "./programming/desired-state.ts";
import { Drains } from "./programming/drains.ts";
import { type FabricPod, fabricPod } from "./programming/placement.ts";
import { goingViews, reportPod } from "./programming/report.ts";
import { PodSession } from "./programming/session.ts";
import { keysOf } from "./programming/sharing.ts";
import { type Report, StatusWriter } from "./programming/status-writer.ts";
import { LiveStream } from "./telemetry/live-stream.ts";
import { livePod } from "./telemetry/sample.ts";
import { Sampler } from "./telemetry/sampler.ts";

/** Changes that come together are sent together. */
const debounceMs = 10;
/** How long after our start we wait for pods that our predecessor called ready. */
const adoptionMs = 3_000;
/** For how long a pod that is deleted may take to tell its last counts. */
const lastWordsMs = 2_000;
/** So that the figures of a view that has just gone still have a name. */
const rememberedViews = 1_000;

export interface AgentOptions {
  client: KubernetesClient;
  node: string;
  /** Absolute; holds run/. */
  stateDirectory: string;
  agentAddress: string;
  logger: Logger;
  /** In the embedded home: how to run pods. */
  kubelet?: { program: string; instance: string; fabricFamily?: FabricFamily };
}

export class Agent {
  readonly live = new LiveStream();
  readonly flowLog: FlowLog;
  readonly #options: AgentOptions;
  readonly #pods;
  readonly #views;
  readonly #tenants;
  readonly #gateways;
  readonly #secrets;
  readonly #gatewaySecrets;
  readonly #kubelet: Kubelet | undefined;
  readonly #writer: StatusWriter;
  readonly #sampler: Sampler;
  readonly #sessions = new Map<string, { session: PodSession; end: AbortController; done: Promise<void> }>();
  readonly #knownViews = new Map<string, ServiceChainView>();
  readonly #drains = new Drains();
  readonly #departed = new DepartedPods();
  /** Pods that are being deleted: until they have told their last counts. */
  readonly #leaving = new Map<string, Promise<void>>();
  #planning: NodeJS.Timeout | undefined;
  #hasSynced = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { client, logger, node } = options;
    const informer = <T extends KubernetesObject>(
      type: ResourceType<T>,
      namespace?: string,
      labelSelector?: string,
    ) => {
      const made = new Informer(client, type, { logger, namespace, labelSelector });
      made.onChange(() => this.#planSoon());
      return made;
    };
    this.#pods = informer(pods, systemNamespace);
    this.#views = informer(serviceChainViews);
    this.#tenants = informer(tenants);
    this.#gateways = informer(gateways, systemNamespace);
    this.#secrets = informer(secrets, systemNamespace, labels.functionSet);
    this.#gatewaySecrets = informer(secrets, systemNamespace, labels.stateGroup);
    this.#views.onChange(({ object }) => this.#remember(object));
    this.flowLog = new FlowLog(() => this.connectedPods(), logger);
    this.#kubelet = options.kubelet && this.#makeKubelet(options.kubelet);
    this.#writer = new StatusWriter(client, node, () => this.#report(), logger);
    this.#sampler = new Sampler({
      sessions: () => [...this.#sessions.values()].map(({ session }) => session),
      views: () => new Set(this.#views.list().map((v) => v.metadata.uid ?? "")),
      going: () => goingViews(this.#liveViews()),
      makeSample: () => this.#liveSample(),
      publish: (sample) => {
        this.live.publish(sample);
        // With each look at the counters a pod that is to go may have become dispensable.
        if (this.#drains.underWay) this.#writer.poke();
      },
      onDrained: () => this.#writer.poke(),
    });
  }

  get isReady(): boolean {
    return this.#hasSynced;
  }
  session(pod: string): PodSession | undefined {
    return this.#sessions.get(pod)?.session;
  }
  /** Those of this node that answer. */
  connectedPods(): (ExplainPod & FlowLogPod)[] {
    return this.#fabricPods().flatMap(({ pod }) => {
      const session = this.session(pod.name);
      return session?.connected ? [{ pod: pod.name, isGateway: pod.gateway !== undefined, session }] : [];
    });
  }
  get runDirectory(): string {
    return join(this.#options.stateDirectory, "run");
  }

  /** Runs until aborted; the pods run on. */
  async run(signal: AbortSignal): Promise<void> {
    // Many wait for this one signal: all informers and loops.
    setMaxListeners(0, signal);
    const informers = [
      this.#pods,
      this.#views,
      this.#tenants,
      this.#gateways,
      this.#secrets,
      this.#gatewaySecrets,
    ];
    const running: Promise<unknown>[] = informers.map((informer) => informer.run(signal));
    const synced = Promise.all(informers.map((informer) => informer.whenSynced()));
    const ended = pause(2 ** 31 - 1, signal);
    await Promise.race([synced, ended]);
    if (!signal.aborted) {
      this.#hasSynced = true;
      await this.#kubelet?.start();
      this.#planSoon();
      running.push(this.#adopt(signal).then(() => this.#tell(signal)));
      running.push(this.#sampler.run(signal));
      running.push(this.flowLog.run(signal));
    }
    await ended;
    clearTimeout(this.#planning);
    this.#kubelet?.stop();
    this.live.close();
    for (const { end, done } of this.#sessions.values()) {
      end.abort();
      running.push(done);
    }
    await Promise.all(running);
  }

  /** Reports, and says that the reports are fresh. */
  async #tell(signal: AbortSignal): Promise<void> {
    const { client, node, logger } = this.#options;
    await this.#recallDeparted(signal);
    const heartbeat = new Heartbeat({ client, node, logger, onBeat: () => this.#writer.reread() });
    await Promise.all([this.#writer.run(signal), heartbeat.run(signal)]);
  }

  async #recallDeparted(signal: AbortSignal): Promise<void> {
    const { client, node: name, logger } = this.#options;
    const backoff = new Backoff(50, 2_000);
    while (!signal.aborted) {
      try {
        const node = await ignore(isNotFound, client.get(dataplaneNodes, { name }));
        return this.#departed.recall(node?.status?.departed ?? []);
      } catch (error) {
        logger.warn("last status not read", { error: messageOf(error) });
        await pause(backoff.next(), signal);
      }
    }
  }

  #makeKubelet({ program, instance, fabricFamily }: NonNullable<AgentOptions["kubelet"]>): Kubelet {
    const { client, node, logger } = this.#options;
    const onExit = (pod: string) => this.#kubelet?.check(pod);
    const runtime = new PodRuntime({ runDirectory: this.runDirectory, program, instance, logger, onExit });
    const isReady = (pod: Pod) => this.#isPodReady(pod);
    const whenDispensable = async (pod: string) => {
      await this.#leaving.get(pod);
      this.#leaving.delete(pod);
    };
    return new Kubelet({
      client,
      pods: this.#pods,
      node,
      runtime,
      logger,
      fabricFamily,
      isReady,
      whenDispensable,
    });
  }

  #remember(view: ServiceChainView): void {
    const uid = view.metadata.uid ?? "";
    this.#knownViews.delete(uid);
    this.#knownViews.set(uid, view);
    if (this.#knownViews.size <= rememberedViews + this.#views.list().length) return;
    for (const old of this.#knownViews.keys()) {
      this.#knownViews.delete(old);
      return;
    }
  }

  #planSoon(): void {
    if (!this.#hasSynced || this.#planning) return;
    this.#planning = setTimeout(() => {
      this.#planning = undefined;
      this.#plan();
    }, debounceMs);
  }

  /** Gives every pod of this node its state, from one and the same snapshot. */
  #plan(): void {
    const snapshot = this.#snapshot();
    this.#drains.note(snapshot.pods);
    const local = new Set(this.#localPods().map((p) => p.metadata.name));
    for (const pod of snapshot.pods) {
      if (!local.has(pod.name)) continue;
      const session = this.#sessions.get(pod.name)?.session ?? this.#open(pod.name);
      session.update((options) => buildDesiredState(pod, snapshot, options));
    }
    for (const [name, { session, end }] of this.#sessions) {
      if (local.has(name)) continue;
      this.#sessions.delete(name);
      this.#leaving.set(name, this.#takeLeave(session, end));
    }
    this.#writer.poke();
  }

  /** The pod's counts outlive it; it is asked for them once more. */
  async #takeLeave(session: PodSession, end: AbortController): Promise<void> {
    this.#departed.add(session.ledger);
    await Promise.race([session.poll(), pause(lastWordsMs)]);
    end.abort();
    this.#writer.poke();
  }

  #open(pod: string): PodSession {
    const session = new PodSession({
      pod,
      socketPath: join(this.runDirectory, "pods", pod, "control.sock"),
      logger: this.#options.logger,
      onChange: () => {
        this.#kubelet?.check(pod);
        this.#planSoon();
        this.#writer.poke();
      },
    });
    const end = new AbortController();
    this.#sessions.set(pod, { session, end, done: session.run(end.signal) });
    return session;
  }

  #localPods(): Pod[] {
    return this.#pods
      .list()
      .filter((p) => p.spec.nodeName === this.#options.node && p.metadata.deletionTimestamp === undefined);
  }

  /**
   * Of our own pods we know better and sooner than the API whether they take packets, once we have tried to reach
   * them. Until then the API's word holds: pods that outlived an agent must not leave the pools when the next begins.
   */
  #isPodReady(pod: Pod): boolean {
    if (pod.metadata.deletionTimestamp !== undefined) return false;
    const local = pod.spec.nodeName === this.#options.node;
    return (local ? this.session(pod.metadata.name)?.serving : undefined) ?? isPodReady(pod);
  }

  /**
   * Ends when every pod that serves has our state, or after a while. Nothing is reported until then: that a pod has
   * not been asked yet must not be read as that it has no view.
   */
  async #adopt(signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + adoptionMs;
    const isAwaited = (pod: Pod) => this.#isPodReady(pod) && !this.session(pod.metadata.name)?.ready;
    while (!signal.aborted && performance.now() < deadline && this.#localPods().some(isAwaited)) {
      await pause(debounceMs, signal);
    }
  }

  #liveViews(): ServiceChainView[] {
    return this.#views.list().filter((v) => v.metadata.deletionTimestamp === undefined);
  }

  #snapshot(): Snapshot {
    return {
      // What pods of other nodes have refused, only their own agents know.
      pods: this.#pods
        .list()
        .flatMap((p) => fabricPod(p, this.#isPodReady(p), this.session(p.metadata.name)?.refused) ?? []),
      tenants: new Map(this.#tenants.list().map((t) => [t.metadata.name, t])),
      gateways: new Map(this.#gateways.list().map((g) => [g.metadata.name, g])),
      views: this.#liveViews(),
      sharing: {
        keys: keysOf([...this.#secrets.list(), ...this.#gatewaySecrets.list()], this.#groups()),
        instance: this.#options.kubelet?.instance,
      },
    };
  }

  #groups(): Set<string> {
    const sets = this.#pods.list().flatMap((p) => p.metadata.labels?.[labels.functionSet] ?? []);
    const named = this.#gateways.list().flatMap(({ spec }) => spec.stateGroup ?? []);
    return new Set([...sets, ...named.map(gatewayGroup)]);
  }

  #fabricPods(): { pod: FabricPod; object: Pod }[] {
    return this.#localPods().flatMap((object) => {
      const pod = fabricPod(object, this.#isPodReady(object));
      return pod ? [{ pod, object }] : [];
    });
  }

  #report(): Report {
    const views = this.#liveViews();
    const known = new Map(this.#tenants.list().map((t) => [t.metadata.name, t]));
    const fabric = this.#snapshot().pods;
    const statuses = this.#fabricPods().map(({ pod, object }) => {
      const session = this.session(pod.name);
      const restarts =
        this.#kubelet?.restartsOf(pod.name) ?? object.status?.containerStatuses?.[0]?.restartCount;
      const facts = {
        ready: session?.ready ?? false,
        synced: session?.synced ?? false,
        drains: session ? this.#drains.doneBy(pod, session, fabric) : [],
        applied: session?.applied,
        refusalOf: (uid: string) => session?.refusalOf(uid),
        keptFlowsOf: (uid: string) => session?.keptFlowsOf(uid),
        conservationOf: (uid: string) =>
          session && (!session.ready || session.hasFinalCount(uid)) ? session.ledger.get(uid) : undefined,
      };
      return reportPod(pod, restarts ?? 0, facts, views, known);
    });
    const faults = statuses.flatMap(({ name, ready }) =>
      ready ? (this.session(name)?.faults ?? []).map((f) => `${name}: ${f}`) : [`${name} is not ready`],
    );
    const ready =
      faults.length === 0
        ? condition("Ready", true, "PodsReady", "every pod of the node has its state", 0)
        : condition("Ready", false, "PodsDegraded", faults.join("; "), 0);
    return {
      conditions: [ready],
      agentAddress: this.#options.agentAddress,
      ...machineFacts(),
      pods: statuses.sort((a, b) => (a.name < b.name ? -1 : 1)),
      departed: this.#departed.list(views),
    };
  }

  #liveSample(): LiveSample {
    const byId = new Map(this.#tenants.list().map((t) => [t.spec.tenantId, t.metadata.name]));
    const names = {
      tenant: (id: number) => byId.get(id),
      view: (uid: string) => this.#knownViews.get(uid),
    };
    const pods = this.#fabricPods().map(({ pod }) => {
      const session = this.session(pod.name);
      return livePod(pod, session?.counters, names, session?.departed.list());
    });
    return { node: this.#options.node, time: Date.now(), pods };
  }
}
