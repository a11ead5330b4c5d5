// SPDX-License-Identifier: Apache-2.0
// Carries out the plan. The chain and its views are read from the API itself, never from the copy: a view created a
// moment ago must be seen. Each write is guarded by the resourceVersion that was read, so a second operator that
// believes it leads can only lose the race.
import { type ServiceChain, type ServiceChainView, tenantNamespace } from "@nfaas/domain";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import { findCondition } from "../../kubernetes/conditions.ts";
import { ignore, isAlreadyExists, isNotFound } from "../../kubernetes/errors.ts";
import type { EventRecorder } from "../../kubernetes/events.ts";
import { serviceChains, serviceChainViews, splitKey } from "../../kubernetes/resources.ts";
import type { Logger } from "../../log.ts";
import { Mutexes } from "../mutexes.ts";
import { writeStatus } from "../status.ts";
import type { World } from "../world.ts";
import { chainConditions, chainStatus, viewConditions } from "./conditions.ts";
import type { Observed } from "./observe.ts";
import {
  type Platform,
  type Rejection,
  type Resolution,
  type ResolvedGraph,
  resolveChain,
} from "./resolve.ts";
import { planRollout, type Rollout, type Step } from "./rollout.ts";
import { allocateViewId, newView, nextSequence } from "./view.ts";

/** Keeps a deleted chain until its views are gone. */
const chainFinalizer = "nfaas.io/chain";

export interface ServiceChainDependencies {
  client: KubernetesClient;
  world: World;
  events: EventRecorder;
  logger: Logger;
}

export class ServiceChainReconciler {
  readonly #client: KubernetesClient;
  readonly #world: World;
  readonly #events: EventRecorder;
  readonly #logger: Logger;
  /** viewIds are unique in a tenant, so its chains take turns in allocating them. */
  readonly #allocation = new Mutexes();

  constructor({ client, world, events, logger }: ServiceChainDependencies) {
    this.#client = client;
    this.#world = world;
    this.#events = events;
    this.#logger = logger;
  }

  reconcile = async (key: string): Promise<number | undefined> => {
    const { namespace = "", name } = splitKey(key);
    const chain = await ignore(isNotFound, this.#client.get(serviceChains, { namespace, name }));
    if (!chain) return;
    if (!chain.metadata.deletionTimestamp && !hasFinalizer(chain)) {
      await this.#setFinalizers(chain, [...(chain.metadata.finalizers ?? []), chainFinalizer]);
      return 0;
    }
    const views = await this.#viewsOf(chain);
    if (chain.metadata.deletionTimestamp && views.length === 0) {
      await this.#setFinalizers(
        chain,
        (chain.metadata.finalizers ?? []).filter((f) => f !== chainFinalizer),
      );
      return;
    }
    const resolution = resolveChain(chain, this.#platform());
    const rollout = planRollout(chain, views, resolution, this.#observed(), new Date());
    const refused = rollout.step && (await this.#take(rollout.step, chain, resolution));
    // After a step the world has changed: look again before saying anything about it.
    if (rollout.step && !refused) return 0;
    await this.#report(chain, refused ?? resolution, rollout, views);
    return rollout.requeueAfterMs;
  };

  #platform(): Platform {
    const { tenants, networkFunctions, functionSets, gateways, chains, views } = this.#world;
    return {
      tenants: tenants.list(),
      networkFunctions: networkFunctions.list(),
      functionSets: functionSets.list(),
      gateways: gateways.list(),
      chains: chains.list(),
      views: views.list(),
    };
  }

  #observed(): Observed {
    const { tenants, pods, nodes, views } = this.#world;
    return { tenants: tenants.list(), pods: pods.list(), nodes: nodes.list(), views: views.list() };
  }

  async #viewsOf({ metadata: { namespace, name } }: ServiceChain): Promise<ServiceChainView[]> {
    const { items } = await this.#client.list(serviceChainViews, { namespace });
    return items.filter((v) => v.spec.chain === name);
  }

  /** Answers why it could not, if it could not. */
  async #take(step: Step, chain: ServiceChain, resolution: Resolution): Promise<Resolution | undefined> {
    switch (step.kind) {
      case "create":
        return resolution.ok ? await this.#create(chain, resolution.graph) : undefined;
      case "flip":
        await this.#setWeight(step.view, 100);
        await this.#events.record(chain, "Normal", "Flipped", `${step.view.metadata.name} takes new packets`);
        return;
      case "release":
        await this.#client.replace(serviceChainViews, {
          ...step.view,
          spec: { ...step.view.spec, keepFlows: false },
        });
        return;
      case "unweight":
        await this.#setWeight(step.view, 0);
    }
  }

  async #setWeight(view: ServiceChainView, weight: number): Promise<void> {
    await this.#client.replace(serviceChainViews, { ...view, spec: { ...view.spec, weight } });
    const { name, namespace } = view.metadata;
    this.#logger.info("view weight set", { view: `${namespace}/${name}`, weight });
  }

  #create(chain: ServiceChain, graph: ResolvedGraph): Promise<Resolution | undefined> {
    const namespace = tenantNamespace(chain.spec.tenant);
    return this.#allocation.hold(namespace, async () => {
      const { items } = await this.#client.list(serviceChainViews, { namespace });
      const viewId = allocateViewId(items);
      if (viewId === undefined) {
        const message = "all 255 view ids of the tenant are used; wait until old views are retired";
        return { ok: false, rejection: { reason: "TooManyViews", message } };
      }
      const own = items.filter((v) => v.spec.chain === chain.metadata.name);
      const view = newView(chain, graph, viewId, nextSequence(chain, own));
      await ignore(isAlreadyExists, this.#client.create(serviceChainViews, view));
      this.#logger.info("view created", { view: `${namespace}/${view.metadata.name}`, viewId });
      return undefined;
    });
  }

  /** Outcomes are remembered before their views go: a crash in between leaves nothing to guess. */
  async #report(
    chain: ServiceChain,
    resolution: Resolution,
    rollout: Rollout,
    views: readonly ServiceChainView[],
  ): Promise<void> {
    for (const view of views) {
      const conditions = viewConditions(view, rollout);
      if (conditions.length === 0) continue;
      await writeStatus(
        this.#client,
        serviceChainViews,
        view,
        { observedGeneration: view.metadata.generation },
        conditions,
      );
    }
    if (!resolution.ok) await this.#warnOfRejection(chain, resolution.rejection);
    const conditions = chainConditions(chain, resolution, rollout);
    await writeStatus(this.#client, serviceChains, chain, chainStatus(chain, rollout, views), conditions);
    await this.#warnOfLosses(chain, rollout);
    const done = new Set(rollout.retired.map((r) => r.name));
    for (const view of [...rollout.deletable, ...views.filter((v) => done.has(v.metadata.name))]) {
      if (view.metadata.deletionTimestamp) continue;
      await ignore(
        isNotFound,
        this.#client.delete(serviceChainViews, view.metadata, { uid: view.metadata.uid }),
      );
    }
  }

  /** Once per reason, not per look. */
  async #warnOfRejection(chain: ServiceChain, { reason, message }: Rejection): Promise<void> {
    const said = findCondition(chain.status?.conditions, "Accepted");
    if (said?.reason === reason && said.message === message) return;
    await this.#events.record(chain, "Warning", reason, message);
  }

  async #warnOfLosses(chain: ServiceChain, { retired }: Rollout): Promise<void> {
    for (const { name, lost, closed } of retired) {
      this.#logger.info("view retired", { view: `${chain.metadata.namespace}/${name}`, closed, lost });
      if (closed) continue;
      const message = `${name} was retired at its deadline; ${lost} packets lost on the wire`;
      await this.#events.record(chain, "Warning", "PacketsLost", message);
    }
  }

  async #setFinalizers(chain: ServiceChain, finalizers: string[]): Promise<void> {
    const replaced = { ...chain, metadata: { ...chain.metadata, finalizers } };
    await ignore(isNotFound, this.#client.replace(serviceChains, replaced));
  }
}

const hasFinalizer = ({ metadata }: ServiceChain): boolean =>
  (metadata.finalizers ?? []).includes(chainFinalizer);
