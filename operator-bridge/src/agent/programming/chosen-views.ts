// SPDX-License-Identifier: Apache-2.0
// Which views a pod is told of, and why it is not told of the others that touch it. Pure.
import type { ServiceChainView, Tenant } from "@nfaas/domain";
import { UntranslatableError } from "./addresses.ts";
import { byName } from "./by-name.ts";
import type { BuildOptions, Snapshot } from "./desired-state.ts";
import type { Entering, ToldView } from "./entering.ts";
import type { Exclusions, Refusal } from "./exclusions.ts";
import { type FabricPod, poolOfPod } from "./placement.ts";
import { type Members, poolFor } from "./pools.ts";
import { buildView } from "./view-message.ts";

const cordonedRefusal: Refusal = { reason: "Cordoned", message: "the pod is cordoned and takes no new view" };

/**
 * By chain and age.
 * @param refused receives the views that are left out, by uid
 */
export function chooseViews(
  pod: FabricPod,
  { views, tenants }: Snapshot,
  members: Members,
  entering: Entering,
  { exclusions, fresh, has }: BuildOptions,
  refused: Map<string, Refusal>,
): ToldView[] {
  const pool = poolOfPod(pod);
  const messages: ToldView[] = [];
  for (const view of [...views].sort(byAge)) {
    const tenant = tenants.get(view.spec.tenant);
    const uid = view.metadata.uid ?? "";
    if (pool === undefined || !tenant || !(entering.concerns(view, pool) || has?.has(uid))) continue;
    const refusal =
      exclusions.views.get(uid) ??
      lostPort(pod, view, tenant, exclusions) ??
      (pod.cordoned && fresh && view.spec.weight === 0 ? cordonedRefusal : undefined);
    if (refusal) refused.set(uid, refusal);
    else {
      try {
        const pools = new Map(
          view.spec.nodes.flatMap((node) => {
            const of = poolFor(node, view, tenant, pod, members);
            return of ? [[node, of] as const] : [];
          }),
        );
        messages.push({ view, pools, message: buildView(view, tenant, (node) => pools.get(node)?.name) });
      } catch (error) {
        if (!(error instanceof UntranslatableError)) throw error;
        refused.set(uid, { reason: "Unsupported", message: error.message });
      }
    }
  }
  return messages;
}

const byAge = (a: ServiceChainView, b: ServiceChainView): number =>
  byName({ name: `${a.spec.tenant}/${a.spec.chain}` }, { name: `${b.spec.tenant}/${b.spec.chain}` }) ||
  a.spec.sequence - b.spec.sequence;

/** A view whose packets enter or leave here by a port that could not be opened. */
function lostPort(
  pod: FabricPod,
  view: ServiceChainView,
  tenant: Tenant,
  exclusions: Exclusions,
): Refusal | undefined {
  const used = new Set(view.spec.nodes.map((n) => n.attachment));
  const own = tenant.spec.attachments.filter((a) => a.gateway === pod.gateway && used.has(a.name));
  return own.map((a) => exclusions.edgePorts.get(a.edgePort)).find((refusal) => refusal !== undefined);
}
