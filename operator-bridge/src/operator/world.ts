// SPDX-License-Identifier: Apache-2.0
// The operator's copies of everything it reads.
import { systemNamespace } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { Informer, type InformerOptions } from "../kubernetes/informer.ts";
import {
  dataplaneNodes,
  functionSets,
  gateways,
  type KubernetesObject,
  leases,
  networkFunctions,
  pods,
  type ResourceType,
  serviceChains,
  serviceChainViews,
  tenants,
} from "../kubernetes/resources.ts";
import type { Logger } from "../log.ts";

export class World {
  readonly tenants;
  readonly networkFunctions;
  readonly functionSets;
  readonly gateways;
  readonly chains;
  readonly views;
  readonly pods;
  readonly nodes;
  readonly leases;

  constructor(client: KubernetesClient, logger: Logger) {
    const informer = <T extends KubernetesObject>(type: ResourceType<T>, options: InformerOptions = {}) =>
      new Informer(client, type, { logger, ...options });
    const system = { namespace: systemNamespace };
    this.tenants = informer(tenants);
    this.networkFunctions = informer(networkFunctions);
    this.functionSets = informer(functionSets, system);
    this.gateways = informer(gateways, system);
    this.chains = informer(serviceChains);
    this.views = informer(serviceChainViews);
    this.pods = informer(pods, system);
    this.nodes = informer(dataplaneNodes);
    this.leases = informer(leases, system);
  }

  get #all() {
    const { tenants, networkFunctions, functionSets, gateways, chains, views, pods, nodes, leases } = this;
    return [tenants, networkFunctions, functionSets, gateways, chains, views, pods, nodes, leases] as const;
  }

  get hasSynced(): boolean {
    return this.#all.every((informer) => informer.hasSynced);
  }

  async whenSynced(): Promise<void> {
    await Promise.all(this.#all.map((informer) => informer.whenSynced()));
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map((informer) => informer.run(signal)));
  }
}
