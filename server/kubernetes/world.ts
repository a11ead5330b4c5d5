// SPDX-License-Identifier: Apache-2.0
// The console's copy of what the Kubernetes API holds, kept by list and watch. Reads never wait for the network.
import {
  type DataplaneNode,
  type NetworkFunction,
  type ServiceChain,
  type ServiceChainView,
  type Tenant,
  tenantNamespace,
} from "@nfaas/domain";
import { pause } from "@nfaas/operator-bridge/kubernetes/backoff";
import type { KubernetesClient } from "@nfaas/operator-bridge/kubernetes/client";
import { messageOf } from "@nfaas/operator-bridge/kubernetes/errors";
import { Informer } from "@nfaas/operator-bridge/kubernetes/informer";
import * as resources from "@nfaas/operator-bridge/kubernetes/resources";
import { AppError, ErrorCode } from "../errors.ts";
import { logger } from "../log.ts";

const log = logger("kubernetes");
/** How long a request may wait for the first list after the console's start. */
const firstListMs = 5_000;
const probeMs = 1_000;

export interface KubernetesProblem {
  since: number;
  message: string;
}

export class World {
  readonly client: KubernetesClient;
  readonly tenants: Informer<Tenant>;
  readonly networkFunctions: Informer<NetworkFunction>;
  readonly serviceChains: Informer<ServiceChain>;
  readonly views: Informer<ServiceChainView>;
  readonly nodes: Informer<DataplaneNode>;
  #problem: KubernetesProblem | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();

  constructor(client: KubernetesClient) {
    this.client = client;
    // An informer speaks up when its list or watch fails: that is how an outage is noticed first.
    const watchful = { logger: { ...log, warn: () => void this.#probe() } };
    this.tenants = new Informer(client, resources.tenants, watchful);
    this.networkFunctions = new Informer(client, resources.networkFunctions, watchful);
    this.serviceChains = new Informer(client, resources.serviceChains, watchful);
    this.views = new Informer(client, resources.serviceChainViews, watchful);
    this.nodes = new Informer(client, resources.dataplaneNodes, watchful);
  }

  #informers(): Pick<Informer<Tenant>, "run" | "whenSynced">[] {
    return [this.tenants, this.networkFunctions, this.serviceChains, this.views, this.nodes];
  }

  start(): void {
    const tell = (): void => this.#tell();
    this.tenants.onChange(tell);
    this.networkFunctions.onChange(tell);
    this.serviceChains.onChange(tell);
    this.views.onChange(tell);
    this.nodes.onChange(tell);
    for (const informer of this.#informers()) void informer.run(this.#stop.signal);
  }

  stop(): void {
    this.#stop.abort();
    this.client.close();
  }

  /** Null while the Kubernetes API answers. */
  get problem(): KubernetesProblem | null {
    return this.#problem;
  }

  /** Calls back after any change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when every kind was listed once. Throws KUBERNETES_UNAVAILABLE. */
  async ready(): Promise<void> {
    const synced = Promise.all(this.#informers().map((informer) => informer.whenSynced())).then(() => true);
    const given = new AbortController();
    const inTime = await Promise.race([synced, pause(firstListMs, given.signal).then(() => false)]);
    given.abort();
    if (inTime) return;
    throw new AppError(
      ErrorCode.KubernetesUnavailable,
      "The Kubernetes API can't be reached; the console keeps trying.",
      { internal: `not listed yet: ${this.#problem?.message ?? "no answer"}` },
    );
  }

  serviceChain(tenant: string, chain: string): ServiceChain | undefined {
    return this.serviceChains.get(`${tenantNamespace(tenant)}/${chain}`);
  }

  viewsOf(tenant: string, chain: string): ServiceChainView[] {
    return this.views.list().filter(({ spec }) => spec.tenant === tenant && spec.chain === chain);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  #probing = false;
  /** Asks until there is an answer, so that the end of an outage is noticed as well. */
  async #probe(): Promise<void> {
    if (this.#probing) return;
    this.#probing = true;
    while (!this.#stop.signal.aborted) {
      try {
        await this.client.list(resources.networkFunctions);
        break;
      } catch (error) {
        if (!this.#problem) log.warn("the Kubernetes API can't be reached", { error: messageOf(error) });
        this.#problem ??= { since: Date.now(), message: messageOf(error) };
        this.#tell();
      }
      await pause(probeMs, this.#stop.signal);
    }
    this.#probing = false;
    if (!this.#problem) return;
    log.info("the Kubernetes API answers again");
    this.#problem = null;
    this.#tell();
  }
}
