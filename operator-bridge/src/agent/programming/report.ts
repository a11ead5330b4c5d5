// SPDX-License-Identifier: Apache-2.0
// What a node says of its pods: the slow facts of DataplaneNode status. Pure.
import type {
  ConservationCounts,
  PodDrain,
  PodStatus,
  PodView,
  ServiceChainView,
  Tenant,
} from "@nfaas/domain";
import { findCondition } from "../../kubernetes/conditions.ts";
import { keyOf } from "../../kubernetes/resources.ts";
import { Entering } from "./entering.ts";
import type { Refusal } from "./exclusions.ts";
import { type FabricPod, poolOfPod } from "./placement.ts";
import { computeShares } from "./shares.ts";

/** What the report needs to know of a session. */
export interface SessionFacts {
  ready: boolean;
  synced: boolean;
  /** What it has done towards pods that are to go. */
  drains: readonly PodDrain[];
  applied?: {
    views: readonly ServiceChainView[];
    shares: ReadonlyMap<string, number>;
    keeping: ReadonlySet<string>;
  };
  refusalOf(uid: string): Refusal | undefined;
  /** Undefined while the pod has not counted them. */
  keptFlowsOf(uid: string): number | undefined;
  /** Undefined while the count may still grow by what this pod injects. */
  conservationOf(uid: string): ConservationCounts | undefined;
}

const notReady: Refusal = { reason: "PodNotReady", message: "the pod's process is not running" };

/**
 * Views that newer ones take all packets from, or that go with their chain: by what the weights want, whatever the
 * gateways have done yet.
 * @param views all that exist and are not being deleted
 * @returns their uids
 */
export function goingViews(views: readonly ServiceChainView[]): Set<string> {
  const chains = new Map<string, ServiceChainView[]>();
  for (const view of views) {
    const key = `${view.metadata.namespace}/${view.spec.chain}`;
    chains.set(key, [...(chains.get(key) ?? []), view]);
  }
  const going = new Set<string>();
  for (const of of chains.values()) {
    const shares = computeShares(of);
    for (const { metadata, spec, status } of of) {
      const had = spec.weight > 0 || findCondition(status?.conditions, "Drained") !== undefined;
      if (had && !shares.has(metadata.uid ?? "")) going.add(metadata.uid ?? "");
    }
  }
  return going;
}

export function reportPod(
  pod: FabricPod,
  restarts: number,
  session: SessionFacts,
  /** Without those that are being deleted. */
  views: readonly ServiceChainView[],
  tenants: ReadonlyMap<string, Tenant>,
): PodStatus {
  const pool = poolOfPod(pod) ?? "";
  const going = goingViews(views);
  const entering = new Entering(views, tenants);
  const wanted = views.filter((v) => entering.concerns(v, pool));
  const known = new Set(wanted.map((v) => v.metadata.uid));
  const leftover = (session.applied?.views ?? []).filter((v) => !known.has(v.metadata.uid));
  return {
    name: pod.name,
    uid: pod.uid,
    function: pod.function,
    ready: session.ready,
    synced: session.synced,
    ...(session.drains.length > 0 ? { drains: [...session.drains] } : {}),
    fabricAddress: pod.address,
    restarts,
    views: [...wanted, ...leftover]
      .map((view) => reportView(view, pod, session, going.has(view.metadata.uid ?? "")))
      .sort((a, b) => (a.view < b.view ? -1 : 1)),
  };
}

function reportView(view: ServiceChainView, pod: FabricPod, session: SessionFacts, going: boolean): PodView {
  const uid = view.metadata.uid ?? "";
  const own = session.applied?.shares.get(uid);
  const share = own ?? 0;
  const programmed = session.applied?.views.some((v) => v.metadata.uid === uid) ?? false;
  const keeps = session.applied?.keeping.has(uid) ?? false;
  const conservation = going && share === 0 && !keeps ? session.conservationOf(uid) : undefined;
  const entry: PodView = { view: keyOf(view), uid, programmed };
  if (!programmed) Object.assign(entry, explain(session, uid));
  if (programmed && (pod.gateway !== undefined || own !== undefined)) entry.share = share;
  if (programmed && keeps) Object.assign(entry, { keepsFlows: true, ...keptFlows(session.keptFlowsOf(uid)) });
  if (conservation) entry.conservation = conservation;
  return entry;
}

const keptFlows = (flows: number | undefined) => (flows === undefined ? {} : { keptFlows: flows });

const explain = (session: SessionFacts, uid: string): Refusal | undefined => {
  const { reason, message } = session.refusalOf(uid) ?? (session.ready ? {} : notReady);
  return reason === undefined || message === undefined
    ? undefined
    : { reason, message: message.slice(0, 1024) };
};
