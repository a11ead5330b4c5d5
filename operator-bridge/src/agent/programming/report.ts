// SPDX-License-Identifier: Apache-2.0
// What a node says of its pods: the slow facts of DataplaneNode status. Pure.
import type { PodStatus, PodView, ServiceChainView, Tenant } from "@nfaas/domain";
import { findCondition } from "../../kubernetes/conditions.ts";
import { keyOf } from "../../kubernetes/resources.ts";
import type { Conservation } from "./conservation.ts";
import type { Refusal } from "./exclusions.ts";
import { type FabricPod, poolOfPod, touches } from "./placement.ts";

/** What the report needs to know of a session. */
export interface SessionFacts {
  ready: boolean;
  applied?: { views: readonly ServiceChainView[]; shares: ReadonlyMap<string, number> };
  refusalOf(uid: string): Refusal | undefined;
  /** Undefined while the count may still grow by what this pod injects. */
  conservationOf(uid: string): Conservation | undefined;
}

const notReady: Refusal = { reason: "PodNotReady", message: "the pod's process is not running" };

/** A view that newer ones took the packets from, or that is going with its chain. */
export const isGoing = (view: ServiceChainView, share: number): boolean =>
  share === 0 && (view.spec.weight > 0 || findCondition(view.status?.conditions, "Drained") !== undefined);

export function reportPod(
  pod: FabricPod,
  restarts: number,
  session: SessionFacts,
  /** Without those that are being deleted. */
  views: readonly ServiceChainView[],
  tenants: ReadonlyMap<string, Tenant>,
): PodStatus {
  const pool = poolOfPod(pod) ?? "";
  const wanted = views.filter((v) => touches(v, tenants.get(v.spec.tenant), pool));
  const known = new Set(wanted.map((v) => v.metadata.uid));
  const leftover = (session.applied?.views ?? []).filter((v) => !known.has(v.metadata.uid));
  return {
    name: pod.name,
    function: pod.function,
    ready: session.ready,
    fabricAddress: pod.address,
    restarts,
    views: [...wanted, ...leftover]
      .map((view) => reportView(view, pod, session))
      .sort((a, b) => (a.view < b.view ? -1 : 1)),
  };
}

function reportView(view: ServiceChainView, pod: FabricPod, session: SessionFacts): PodView {
  const uid = view.metadata.uid ?? "";
  const share = session.applied?.shares.get(uid) ?? 0;
  const programmed = session.applied?.views.some((v) => v.metadata.uid === uid) ?? false;
  const conservation = isGoing(view, share) ? session.conservationOf(uid) : undefined;
  const entry: PodView = { view: keyOf(view), uid, programmed };
  if (!programmed) Object.assign(entry, explain(session, uid));
  if (programmed && pod.gateway !== undefined) entry.share = share;
  if (conservation) entry.conservation = conservation;
  return entry;
}

const explain = (session: SessionFacts, uid: string): Refusal | undefined => {
  const { reason, message } = session.refusalOf(uid) ?? (session.ready ? {} : notReady);
  return reason === undefined || message === undefined
    ? undefined
    : { reason, message: message.slice(0, 1024) };
};
