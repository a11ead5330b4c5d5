// SPDX-License-Identifier: Apache-2.0
// Views that enter other chains: which pods that concerns, and what the pods are told of it. Pure.
import { create } from "@bufbuild/protobuf";
import {
  type Enter,
  entersOfNode,
  entriesOf,
  type ServiceChainView,
  type Tenant,
  type ViewNode,
} from "@nfaas/domain";
import { type Entrance, EntranceSchema, type View } from "../generated/nfaas_dataplane_pb.ts";
import { poolOfNode, touches } from "./placement.ts";
import type { NodePool } from "./pools.ts";
import { computeShares } from "./shares.ts";

/** A node of a view that sends packets into another chain. */
interface Crossing {
  view: ServiceChainView;
  node: ViewNode;
  enter: Enter;
}

const chainKey = (tenant: string, chain: string): string => `${tenant}/${chain}`;
const chainOf = ({ spec }: ServiceChainView): string => chainKey(spec.tenant, spec.chain);

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

export class Entering {
  readonly #tenants: ReadonlyMap<string, Tenant>;
  readonly #from = new Map<ServiceChainView, Crossing[]>();
  /** By the chain that is entered. */
  readonly #into = new Map<string, Crossing[]>();
  readonly #viewsOf = new Map<string, ServiceChainView[]>();

  /** @param views without those that are being deleted */
  constructor(views: readonly ServiceChainView[], tenants: ReadonlyMap<string, Tenant>) {
    this.#tenants = tenants;
    for (const view of views) {
      push(this.#viewsOf, chainOf(view), view);
      for (const node of view.spec.nodes) {
        for (const enter of entersOfNode(node)) {
          push(this.#from, view, { view, node, enter });
          push(this.#into, chainKey(view.spec.tenant, enter.chain), { view, node, enter });
        }
      }
    }
  }

  /** The ways into the view. */
  into(view: ServiceChainView): readonly Crossing[] {
    return this.#into.get(chainOf(view)) ?? [];
  }

  #touches(view: ServiceChainView, pool: string): boolean {
    return touches(view, this.#tenants.get(view.spec.tenant), pool);
  }

  #runs({ view, node }: Crossing, pool: string): boolean {
    const tenant = this.#tenants.get(view.spec.tenant);
    return tenant !== undefined && poolOfNode(node, tenant) === pool;
  }

  /** Whether pods of the pool send packets out of the view into another chain, or into it out of another one. */
  crosses(view: ServiceChainView, pool: string): boolean {
    const ways = [...(this.#from.get(view) ?? []), ...this.into(view)];
    return ways.some((way) => this.#runs(way, pool));
  }

  /**
   * Whether pods of the pool must have the view: they run a node of it; or they send packets into it; or they run a node of a
   * chain that it enters, and must know whom to answer.
   */
  concerns(view: ServiceChainView, pool: string): boolean {
    if (this.#touches(view, pool)) return true;
    const entered = (this.#from.get(view) ?? []).flatMap(
      ({ enter }) => this.#viewsOf.get(chainKey(view.spec.tenant, enter.chain)) ?? [],
    );
    return (
      entered.some((v) => this.#touches(v, pool)) || this.into(view).some((way) => this.#runs(way, pool))
    );
  }
}

/** A view as the pod is told it. */
export interface ToldView {
  view: ServiceChainView;
  message: View;
  pools: ReadonlyMap<ViewNode, NodePool>;
}

/** Where a view is entered: chains that begin at several attachments are not entered, and if they come to, by the first. */
const entryOf = ({ spec }: ServiceChainView): string | undefined => entriesOf(spec)[0]?.name;

/** Adds to the messages who enters which views, and, where the pod runs the node that decides so, the ways. */
export function addWays(
  told: readonly ToldView[],
  entering: Entering,
  pool: string,
  tenants: ReadonlyMap<string, Tenant>,
): void {
  for (const { view, message } of told) {
    addEnteredFrom(view, message, told, entering);
    const tenant = tenants.get(view.spec.tenant);
    for (const node of view.spec.nodes) {
      const enters = tenant && poolOfNode(node, tenant) === pool ? entersOfNode(node) : [];
      for (const { output, chain } of enters)
        addEntrances(message, node.name, output, entrances(view, chain, told));
    }
  }
}

function addEnteredFrom(
  view: ServiceChainView,
  message: View,
  told: readonly ToldView[],
  entering: Entering,
): void {
  const kind = message.nodes.find((n) => n.name === entryOf(view))?.kind;
  if (kind?.case !== "attachment") return;
  const names = entering
    .into(view)
    .flatMap((way) => told.find((t) => t.view === way.view)?.pools.get(way.node)?.name ?? []);
  kind.value.enteredFrom = [...new Set(names)].sort();
}

function addEntrances(message: View, node: string, output: string, ways: Entrance[]): void {
  const kind = message.nodes.find((n) => n.name === node)?.kind;
  if (kind?.case !== "classifier") return;
  for (const of of kind.value.classes) {
    if (of.output === output) of.enter = ways;
  }
}

function entrances(from: ServiceChainView, chain: string, told: readonly ToldView[]): Entrance[] {
  const views = told.map((t) => t.view).filter((v) => v.spec.tenant === from.spec.tenant);
  const entered = chain === from.spec.chain ? [] : views.filter((v) => v.spec.chain === chain);
  const shares = computeShares(entered);
  const own = computeShares(views.filter((v) => v.spec.chain === from.spec.chain));
  // What takes nothing new any more is on its way out, and answers must not hold it up.
  const replaced = !own.has(from.metadata.uid ?? "") && !from.spec.keepFlows;
  return entered.flatMap((view) => {
    const node = entryOf(view);
    const share = shares.get(view.metadata.uid ?? "") ?? 0;
    return node === undefined
      ? []
      : create(EntranceSchema, {
          viewId: view.spec.viewId,
          node,
          share,
          keepFlows: view.spec.keepFlows ?? false,
          replaced,
        });
  });
}
