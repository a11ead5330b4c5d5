// SPDX-License-Identifier: Apache-2.0
// The objects that an agent reads, as the Kubernetes API has them.
import { labels, type ServiceChainView, systemNamespace, type Tenant } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Pod } from "../kubernetes/core.ts";
import { Informer } from "../kubernetes/informer.ts";
import {
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
import type { Snapshot } from "./programming/desired-state.ts";
import { keysOf } from "./programming/sharing.ts";

/** So that the figures of a view that has just gone still have a name. */
const rememberedViews = 1_000;

export interface NodeObjectsOptions {
  client: KubernetesClient;
  node: string;
  logger: Logger;
  onChange: () => void;
}

export class NodeObjects {
  readonly #options: NodeObjectsOptions;
  readonly pods;
  readonly #views;
  readonly #tenants;
  readonly #gateways;
  readonly #secrets;
  readonly #gatewaySecrets;
  readonly #knownViews = new Map<string, ServiceChainView>();

  constructor(options: NodeObjectsOptions) {
    this.#options = options;
    const { client, logger, onChange } = options;
    const informer = <T extends KubernetesObject>(
      type: ResourceType<T>,
      namespace?: string,
      labelSelector?: string,
    ) => {
      const made = new Informer(client, type, { logger, namespace, labelSelector });
      made.onChange(() => onChange());
      return made;
    };
    this.pods = informer(pods, systemNamespace);
    this.#views = informer(serviceChainViews);
    this.#tenants = informer(tenants);
    this.#gateways = informer(gateways, systemNamespace);
    this.#secrets = informer(secrets, systemNamespace, labels.functionSet);
    this.#gatewaySecrets = informer(secrets, systemNamespace, labels.stateGroup);
    this.#views.onChange(({ object }) => this.#remember(object));
  }

  /** @returns running: the ends of all informers; synced: when each has its first list */
  run(signal: AbortSignal): { running: Promise<void>[]; synced: Promise<unknown> } {
    const informers = [
      this.pods,
      this.#views,
      this.#tenants,
      this.#gateways,
      this.#secrets,
      this.#gatewaySecrets,
    ];
    const running = informers.map((informer) => informer.run(signal));
    return { running, synced: Promise.all(informers.map((informer) => informer.whenSynced())) };
  }

  /** Of this node, without those that are being deleted. */
  localPods(): Pod[] {
    return this.pods
      .list()
      .filter((p) => p.spec.nodeName === this.#options.node && p.metadata.deletionTimestamp === undefined);
  }
  /** Those too that are being deleted. */
  viewUids(): Set<string> {
    return new Set(this.#views.list().map((v) => v.metadata.uid ?? ""));
  }
  /** Without those that are being deleted. */
  liveViews(): ServiceChainView[] {
    return this.#views.list().filter((v) => v.metadata.deletionTimestamp === undefined);
  }
  /** By uid; also one that has just been deleted. */
  knownView(uid: string): ServiceChainView | undefined {
    return this.#knownViews.get(uid);
  }
  /** By name. */
  tenants(): Map<string, Tenant> {
    return new Map(this.#tenants.list().map((t) => [t.metadata.name, t]));
  }
  /** By name. */
  gateways(): Snapshot["gateways"] {
    return new Map(this.#gateways.list().map((g) => [g.metadata.name, g]));
  }
  /** Of the groups that share their flows, by group. */
  keys(): Map<string, Uint8Array> {
    return keysOf([...this.#secrets.list(), ...this.#gatewaySecrets.list()], this.#groups());
  }

  #groups(): Set<string> {
    const sets = this.pods.list().flatMap((p) => p.metadata.labels?.[labels.functionSet] ?? []);
    const named = this.#gateways.list().flatMap(({ spec }) => spec.stateGroup ?? []);
    return new Set([...sets, ...named.map(gatewayGroup)]);
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
}
