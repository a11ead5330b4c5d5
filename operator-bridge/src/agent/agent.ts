// SPDX-License-Identifier: Apache-2.0
// The agent of one node: from objects to its pods' states, and from its pods back to objects and live figures.
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import type { LiveSample } from "@nfaas/domain";
import { Backoff, pause } from "../kubernetes/backoff.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Pod } from "../kubernetes/core.ts";
import { ignore, isNotFound, messageOf } from "../kubernetes/errors.ts";
import { dataplaneNodes } from "../kubernetes/resources.ts";
import type { Logger } from "../log.ts";
import { FlowLog } from "./flow-log/flow-log.ts";
import { Heartbeat } from "./heartbeat.ts";
import { KnownPods } from "./known-pods.ts";
import type { FabricFamily } from "./kubelet/addresses.ts";
import { Kubelet } from "./kubelet/kubelet.ts";
import { PodRuntime } from "./kubelet/pod-runtime.ts";
import { machineFacts } from "./machine.ts";
import { NodeObjects } from "./node-objects.ts";
import { buildDesiredState, type Snapshot } from "./programming/desired-state.ts";
import { Drains } from "./programming/drains.ts";
import { PodSessions } from "./programming/pod-sessions.ts";
import { goingViews, reportPod } from "./programming/report.ts";
import type { PodSession } from "./programming/session.ts";
import { readyCondition, sessionFacts } from "./programming/session-facts.ts";
import { type Report, StatusWriter } from "./programming/status-writer.ts";
import { LiveStream } from "./telemetry/live-stream.ts";
import { livePod } from "./telemetry/sample.ts";
import { Sampler } from "./telemetry/sampler.ts";

/** Changes that come together are sent together. */
const debounceMs = 10;
/** How long after our start we wait for pods that our predecessor called ready. */
const adoptionMs = 3_000;

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
  readonly pods: KnownPods;
  readonly #options: AgentOptions;
  readonly #objects: NodeObjects;
  readonly #kubelet: Kubelet | undefined;
  readonly #writer: StatusWriter;
  readonly #sampler: Sampler;
  readonly #sessions: PodSessions;
  readonly #drains = new Drains();
  #planning: NodeJS.Timeout | undefined;
  #hasSynced = false;

  constructor(options: AgentOptions) {
    this.#options = options;
    const { client, logger, node } = options;
    this.#objects = new NodeObjects({ client, node, logger, onChange: () => this.#planSoon() });
    this.#sessions = new PodSessions({
      runDirectory: this.runDirectory,
      logger,
      onChange: (pod) => {
        this.#kubelet?.check(pod);
        this.#planSoon();
        this.#writer.poke();
      },
      onLeft: () => this.#writer.poke(),
    });
    this.pods = new KnownPods(node, this.#objects, this.#sessions);
    this.flowLog = new FlowLog(() => this.pods.connected(), logger);
    this.#kubelet = options.kubelet && this.#makeKubelet(options.kubelet);
    this.#writer = new StatusWriter(client, node, () => this.#report(), logger);
    this.#sampler = new Sampler({
      sessions: () => this.#sessions.list(),
      views: () => this.#objects.viewUids(),
      going: () => goingViews(this.#objects.liveViews()),
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
    return this.#sessions.get(pod);
  }
  get runDirectory(): string {
    return join(this.#options.stateDirectory, "run");
  }

  /** Runs until aborted; the pods run on. */
  async run(signal: AbortSignal): Promise<void> {
    // Many wait for this one signal: all informers and loops.
    setMaxListeners(0, signal);
    const { running: informers, synced } = this.#objects.run(signal);
    const running: Promise<unknown>[] = [...informers];
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
    running.push(...this.#sessions.end());
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
        return this.#sessions.departed.recall(node?.status?.departed ?? []);
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
    const isReady = (pod: Pod) => this.pods.isReady(pod);
    const whenDispensable = (pod: string) => this.#sessions.whenLeft(pod);
    return new Kubelet({
      client,
      pods: this.#objects.pods,
      node,
      runtime,
      logger,
      fabricFamily,
      isReady,
      whenDispensable,
    });
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
    const local = new Set(this.#objects.localPods().map((p) => p.metadata.name));
    for (const pod of snapshot.pods) {
      if (!local.has(pod.name)) continue;
      const session = this.#sessions.getOrOpen(pod.name);
      session.update((options) => buildDesiredState(pod, snapshot, options));
    }
    this.#sessions.retain(local);
    this.#writer.poke();
  }

  /**
   * Ends when every pod that serves has our state, or after a while. Nothing is reported until then: that a pod has
   * not been asked yet must not be read as that it has no view.
   */
  async #adopt(signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + adoptionMs;
    const isAwaited = (pod: Pod) => this.pods.isReady(pod) && !this.session(pod.metadata.name)?.ready;
    while (!signal.aborted && performance.now() < deadline && this.#objects.localPods().some(isAwaited)) {
      await pause(debounceMs, signal);
    }
  }

  #snapshot(): Snapshot {
    return {
      pods: this.pods.all(),
      tenants: this.#objects.tenants(),
      gateways: this.#objects.gateways(),
      views: this.#objects.liveViews(),
      sharing: {
        keys: this.#objects.keys(),
        instance: this.#options.kubelet?.instance,
      },
    };
  }

  #report(): Report {
    const views = this.#objects.liveViews();
    const tenants = this.#objects.tenants();
    const fabric = this.pods.all();
    const statuses = this.pods.local().map(({ pod, object }) => {
      const session = this.session(pod.name);
      const drains = session ? this.#drains.doneBy(pod, session, fabric) : [];
      const restarts =
        this.#kubelet?.restartsOf(pod.name) ?? object.status?.containerStatuses?.[0]?.restartCount;
      return reportPod(pod, restarts ?? 0, sessionFacts(session, drains), views, tenants);
    });
    return {
      conditions: [readyCondition(statuses, (pod) => this.session(pod)?.faults)],
      agentAddress: this.#options.agentAddress,
      ...machineFacts(),
      pods: statuses.sort((a, b) => (a.name < b.name ? -1 : 1)),
      departed: this.#sessions.departed.list(views),
    };
  }

  #liveSample(): LiveSample {
    const tenants = this.#objects.tenants();
    const byId = new Map([...tenants].map(([name, { spec }]) => [spec.tenantId, name]));
    const names = {
      tenant: (id: number) => byId.get(id),
      view: (uid: string) => this.#objects.knownView(uid),
    };
    const pods = this.pods.local().map(({ pod }) => {
      const session = this.session(pod.name);
      return livePod(pod, session?.counters, names, session?.departed.list());
    });
    return { node: this.#options.node, time: Date.now(), pods };
  }
}
