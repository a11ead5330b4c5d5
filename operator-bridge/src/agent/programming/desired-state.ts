// SPDX-License-Identifier: Apache-2.0
// From objects to the message that tells one pod all it must do. Pure: the same objects give the same message.
import { create } from "@bufbuild/protobuf";
import type { DrainStage, Gateway, ServiceChainView, Tenant } from "@nfaas/domain";
import { type DesiredState, DesiredStateSchema } from "../generated/nfaas_dataplane_pb.ts";
import { areOfOneFamily, hostAddress, macOf } from "./addresses.ts";
import { chooseViews } from "./chosen-views.ts";
import { addWays, Entering } from "./entering.ts";
import type { Exclusions, Refusal } from "./exclusions.ts";
import { domainLists } from "./functions/web-gateway.ts";
import { type FabricPod, poolOfPod, touches } from "./placement.ts";
import { membersSeenBy, poolMessages } from "./pools.ts";
import { buildEdgePorts, buildLinks } from "./ports.ts";
import { type Sharing, stateGroup } from "./sharing.ts";
import { buildTenants, serverPools } from "./tenant-messages.ts";

/** What the state of every pod is made from. */
export interface Snapshot {
  pods: readonly FabricPod[];
  tenants: ReadonlyMap<string, Tenant>;
  gateways: ReadonlyMap<string, Gateway>;
  /** Without those that are being deleted. */
  views: readonly ServiceChainView[];
  /** How pods share their flows; unset: they don't. */
  sharing?: Sharing;
}

export interface BuiltState {
  /** Generation 0: the sender numbers it. */
  message: DesiredState;
  /** In the message, in its order. */
  views: ServiceChainView[];
  /** Percent of new packets by view uid; only pods that put packets into views have any: gateways, and those of nodes that enter other chains. */
  shares: ReadonlyMap<string, number>;
  /** Uids of the views whose flows stay, of those that the pod puts packets into. */
  keeping: ReadonlySet<string>;
  /** Views that touch the pod but are not in the message, by uid. */
  refused: ReadonlyMap<string, Refusal>;
  /** How far the pods that are to go were drained, by uid: their weights and pools say so. */
  drains: ReadonlyMap<string, DrainStage>;
}

export interface BuildOptions {
  exclusions: Exclusions;
  /** The process has no state yet. */
  fresh: boolean;
  /**
   * Uids of the views that it has: it keeps them while they are there, also when it has no part in them any more (the chain that
   * entered them is gone, an attachment has moved), since what it counted is part of their sums.
   */
  has?: ReadonlySet<string>;
}

/** Four unanswered probes: a pod that freezes is out of the pools within a second. */
const health = { intervalMs: 200, failures: 4 };

export function buildDesiredState(pod: FabricPod, world: Snapshot, options: BuildOptions): BuiltState {
  const snapshot = { ...world, pods: world.pods.filter((p) => areOfOneFamily(p.address, pod.address)) };
  const { exclusions, fresh } = options;
  const refused = new Map<string, Refusal>();
  const members = membersSeenBy(pod, snapshot.pods);
  const entering = new Entering(snapshot.views, snapshot.tenants);
  const messages = chooseViews(pod, snapshot, members, entering, options, refused);
  const views = messages.map(({ view }) => view);
  const pool = poolOfPod(pod) ?? "";
  addWays(messages, entering, pool, snapshot.tenants);
  const puts = views.filter((v) =>
    pod.gateway === undefined
      ? entering.crosses(v, pool)
      : touches(v, snapshot.tenants.get(v.spec.tenant), pool),
  );
  const { tenants, shares } = buildTenants(pod, snapshot, views, new Set(puts), exclusions);
  const message = create(DesiredStateSchema, {
    fabric: {
      address: hostAddress(pod.address),
      mac: macOf(pod.address),
      links: buildLinks(pod, snapshot, exclusions),
      health,
    },
    edgePorts: buildEdgePorts(pod, snapshot, exclusions),
    tenants,
    pools: [
      ...poolMessages(messages.flatMap(({ pools }) => [...pools.values()])),
      ...serverPools(pod, snapshot, exclusions),
    ],
    views: messages.map((m) => m.message),
    domainLists: pod.function === "web-gateway" ? domainLists(views) : [],
    // A process that has nothing yet first gets back what its predecessor carried.
    cordoned: pod.cordoned && !fresh,
    stateGroup: exclusions.sharing
      ? undefined
      : stateGroup(pod, snapshot.pods, snapshot.sharing, snapshot.gateways),
  });
  const kept = puts.filter(
    (v) => v.spec.keepFlows && (pod.gateway !== undefined || entering.into(v).length > 0),
  );
  const keeping = new Set(kept.map((v) => v.metadata.uid ?? ""));
  const drains = new Map(snapshot.pods.flatMap(({ uid, drain }) => (drain ? [[uid, drain] as const] : [])));
  return { message, views, shares, keeping, refused, drains };
}
