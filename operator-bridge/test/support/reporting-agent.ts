// SPDX-License-Identifier: Apache-2.0
// Plays the agent's part towards the Kubernetes API: binds nothing and runs nothing, but reports of every pod what an
// agent whose data plane always obeys would report. Tests tell it where to refuse and what packets were counted.
import {
  annotations,
  apiVersion,
  type DataplaneNode,
  type DrainStage,
  labels,
  type PodDrain,
  type PodStatus,
  type PodView,
  type ServiceChainView,
  systemNamespace,
} from "@nfaas/domain";
import { computeShares } from "../../src/agent/programming/shares.ts";
import type { KubernetesClient } from "../../src/kubernetes/client.ts";
import type { Pod } from "../../src/kubernetes/core.ts";
import { ignore, isAlreadyExists, isConflict, isNotFound } from "../../src/kubernetes/errors.ts";
import { Informer } from "../../src/kubernetes/informer.ts";
import { dataplaneNodes, keyOf, pods, serviceChainViews } from "../../src/kubernetes/resources.ts";

export interface Count {
  injected: number;
  left: number;
  dropped: number;
}

export class ReportingAgent {
  /** Why a pod refuses a view; undefined = it takes it. */
  refuse: (pod: string, view: ServiceChainView) => { reason: string; message: string } | undefined = () =>
    undefined;
  /** What a pod counted of a view that drains. */
  count: (pod: string, view: ServiceChainView) => Count = () => ({ injected: 0, left: 0, dropped: 0 });
  readonly down = new Set<string>();

  readonly #client: KubernetesClient;
  readonly #name: string;
  readonly #pods: Informer<Pod>;
  readonly #views: Informer<ServiceChainView>;
  readonly #stopping = new AbortController();
  #running: Promise<unknown> = Promise.resolve();
  #due = false;
  #writing: Promise<void> | undefined;

  constructor(client: KubernetesClient, name: string) {
    this.#client = client;
    this.#name = name;
    this.#pods = new Informer(client, pods, { namespace: systemNamespace });
    this.#views = new Informer(client, serviceChainViews);
  }

  async start(): Promise<void> {
    const node = { apiVersion, kind: "DataplaneNode", metadata: { name: this.#name }, spec: {} } as const;
    await ignore(isAlreadyExists, this.#client.create(dataplaneNodes, node));
    this.#pods.onChange(() => this.report());
    this.#views.onChange(() => this.report());
    const { signal } = this.#stopping;
    this.#running = Promise.all([this.#pods.run(signal), this.#views.run(signal)]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#writing;
  }

  /** Reports soon; tests call it after they changed what it should say. */
  report(): void {
    this.#due = true;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    while (this.#due && !this.#stopping.signal.aborted) {
      this.#due = false;
      const named = { name: this.#name };
      const node: DataplaneNode = await this.#client.get(dataplaneNodes, named);
      const status = { ...node.status, pods: this.#pods.list().map((pod) => this.#podStatus(pod)) };
      const written = await ignore(
        (e) => isConflict(e) || isNotFound(e),
        this.#client.replaceStatus(dataplaneNodes, { ...node, status }),
      );
      if (!written) this.#due = true;
    }
  }

  /** Every pod does its part at once. */
  #drains(): PodDrain[] {
    return this.#pods.list().flatMap(({ metadata: { uid = "", name, annotations: notes } }) => {
      const stage = notes?.[annotations.drain] as DrainStage | undefined;
      return stage === undefined ? [] : [{ uid, pod: name, stage }];
    });
  }

  #podStatus({ metadata: { name, uid, labels: own = {} } }: Pod): PodStatus {
    const ready = !this.down.has(name);
    const views = this.#views.list().filter((v) => v.metadata.deletionTimestamp === undefined);
    const taken = views.filter((v) => ready && !this.refuse(name, v));
    const isGateway = own[labels.gateway] !== undefined;
    const entries = views.map((view): PodView => {
      const base = { view: keyOf(view), uid: view.metadata.uid ?? "" };
      if (!taken.includes(view)) {
        return { ...base, programmed: false, ...(this.refuse(name, view) ?? { reason: "PodNotReady" }) };
      }
      const sameChain = taken.filter((v) =>
        keyOf(v).startsWith(`${view.metadata.namespace}/${view.spec.chain}-`),
      );
      const share = computeShares(sameChain).get(base.uid) ?? 0;
      const drains = share === 0 && (view.spec.weight > 0 || isMarkedDraining(view));
      return {
        ...base,
        programmed: true,
        ...(isGateway ? { share } : {}),
        ...(drains ? { conservation: this.count(name, view) } : {}),
      };
    });
    return {
      name,
      uid,
      synced: true,
      drains: this.#drains(),
      function: own[labels.function] ?? "",
      ready,
      fabricAddress: "",
      restarts: 0,
      views: entries,
    };
  }
}

const isMarkedDraining = ({ status }: ServiceChainView): boolean =>
  (status?.conditions ?? []).some((c) => c.type === "Drained");
