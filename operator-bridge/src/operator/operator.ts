// SPDX-License-Identifier: Apache-2.0
// The operator: which change makes whose reconcile due.
import { setMaxListeners } from "node:events";
import {
  type DataplaneNode,
  type PodStatus,
  type ServiceChainView,
  systemNamespace,
  tenantNamespace,
} from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { nodeOfLease } from "../kubernetes/core.ts";
import { EventRecorder } from "../kubernetes/events.ts";
import type { Informer } from "../kubernetes/informer.ts";
import { type KubernetesObject, keyOf } from "../kubernetes/resources.ts";
import type { Logger } from "../log.ts";
import { Controller } from "./controller.ts";
import { dataplaneNodeReconciler, isSilent } from "./dataplane-node.ts";
import { functionSetReconciler } from "./function-set/reconcile.ts";
import { gatewayReconciler } from "./gateway.ts";
import { Metrics } from "./metrics.ts";
import { changedDepartures, changedViews, podFactsChanged, podsChanged } from "./node-changes.ts";
import { ServiceChainReconciler } from "./service-chain/reconcile.ts";
import { serviceChainViewReconciler } from "./service-chain-view.ts";
import { tenantReconciler } from "./tenant.ts";
import { World } from "./world.ts";

export interface OperatorOptions {
  client: KubernetesClient;
  /** Unique among operators. */
  identity: string;
  logger: Logger;
}

export class Operator {
  readonly metrics = new Metrics();
  readonly #options: OperatorOptions;

  constructor(options: OperatorOptions) {
    this.#options = options;
  }

  /** Reconciles until aborted. Nothing is written afterwards, except by what was on its way. */
  async run(signal: AbortSignal): Promise<void> {
    // All informers wait for this one signal.
    setMaxListeners(0, signal);
    const { client, identity, logger } = this.#options;
    const world = new World(client, logger);
    const events = new EventRecorder(client, "nfaas-operator", identity, logger);
    const make = (name: string, reconcile: (key: string) => Promise<number | undefined>) =>
      new Controller(name, reconcile, logger, this.metrics);
    const controllers = {
      tenant: make("tenant", tenantReconciler(client, world)),
      functionSet: make("function-set", functionSetReconciler({ client, world, events })),
      gateway: make("gateway", gatewayReconciler(client, world)),
      chain: make("service-chain", new ServiceChainReconciler({ client, world, events, logger }).reconcile),
      view: make("service-chain-view", serviceChainViewReconciler(client, world)),
      node: make("dataplane-node", dataplaneNodeReconciler(client, world)),
    };
    connect(world, controllers);
    const informing = world.run(signal);
    const aborted = new Promise<void>((resolve) =>
      signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true }),
    );
    await Promise.race([world.whenSynced(), aborted]);
    if (!signal.aborted) {
      this.metrics.leading = true;
      for (const controller of Object.values(controllers)) controller.start();
      this.#depths = () => new Map(Object.values(controllers).map((c) => [c.name, c.depth]));
    }
    await aborted;
    this.metrics.leading = false;
    for (const controller of Object.values(controllers)) controller.stop();
    await informing;
  }

  #depths: () => ReadonlyMap<string, number> = () => new Map();

  renderMetrics(): string {
    return this.metrics.render(this.#depths());
  }
}

type Controllers = Record<"tenant" | "functionSet" | "gateway" | "chain" | "view" | "node", Controller>;

function connect(world: World, controllers: Controllers): void {
  const follow = <T extends KubernetesObject>(informer: Informer<T>, controller: Controller) =>
    informer.onChange(({ object }) => controller.add(keyOf(object)));
  const all = <T extends KubernetesObject>(informer: Informer<T>, controller: Controller) => {
    for (const object of informer.list()) controller.add(keyOf(object));
  };
  follow(world.tenants, controllers.tenant);
  follow(world.functionSets, controllers.functionSet);
  follow(world.gateways, controllers.gateway);
  follow(world.chains, controllers.chain);
  follow(world.views, controllers.view);

  const everyChain = () => all(world.chains, controllers.chain);
  world.tenants.onChange(() => {
    all(world.tenants, controllers.tenant);
    everyChain();
  });
  world.networkFunctions.onChange(() => {
    all(world.functionSets, controllers.functionSet);
    everyChain();
  });
  world.functionSets.onChange(everyChain);
  world.gateways.onChange(() => {
    all(world.tenants, controllers.tenant);
    everyChain();
  });
  world.chains.onChange(({ type, object }) => {
    if (type === "modified") return;
    // An attachment may have become free, or taken; a view may have lost its chain.
    for (const chain of world.chains.list()) {
      if (chain.metadata.namespace === object.metadata.namespace) controllers.chain.add(keyOf(chain));
    }
    all(world.views, controllers.view);
  });
  world.views.onChange(({ type, object, previous }) => {
    controllers.chain.add(chainKey(object));
    const freed = type === "deleted" || previous?.spec.weight !== object.spec.weight;
    // A freed viewId or attachment may be what a sibling waits for.
    if (freed) for (const chain of siblings(world, object)) controllers.chain.add(chain);
  });
  world.pods.onChange(({ object }) => {
    for (const { kind, name } of object.metadata.ownerReferences ?? []) {
      if (kind === "FunctionSet") controllers.functionSet.add(`${systemNamespace}/${name}`);
      if (kind === "Gateway") controllers.gateway.add(`${systemNamespace}/${name}`);
    }
    everyChain();
  });
  world.leases.onChange(({ object }) => {
    const node = nodeOfLease(object);
    if (node !== undefined) controllers.node.add(node);
  });
  world.nodes.onChange(({ type, object, previous }) => {
    const before = podsOf(type === "added" ? undefined : (previous ?? object));
    const after = podsOf(type === "deleted" ? undefined : object);
    controllers.node.add(keyOf(object));
    // A pod that is replaced, or goes, waits for what all others say.
    if (podFactsChanged(before, after) || isSilent(previous) !== isSilent(object)) {
      all(world.functionSets, controllers.functionSet);
    }
    if (podsChanged(before, after) || isSilent(previous) !== isSilent(object)) everyChain();
    const departures = changedDepartures(previous?.status?.departed, object.status?.departed);
    for (const key of new Set([...changedViews(before, after), ...departures])) {
      controllers.view.add(key);
      const view = world.views.get(key);
      if (view) controllers.chain.add(chainKey(view));
    }
  });
}

const podsOf = (node: DataplaneNode | undefined): readonly PodStatus[] => node?.status?.pods ?? [];

const chainKey = ({ metadata, spec }: ServiceChainView): string => `${metadata.namespace}/${spec.chain}`;

const siblings = (world: World, { spec }: ServiceChainView): string[] =>
  world.chains
    .list()
    .filter((c) => c.metadata.namespace === tenantNamespace(spec.tenant))
    .map(keyOf);
