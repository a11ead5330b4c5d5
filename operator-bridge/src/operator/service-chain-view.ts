// SPDX-License-Identifier: Apache-2.0
// The end of a view: it may go when no pod has it any more, and must go when its chain is gone.
import { viewFinalizer } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { ignore, isNotFound } from "../kubernetes/errors.ts";
import { serviceChains, serviceChainViews, splitKey } from "../kubernetes/resources.ts";
import { isProgrammedAnywhere } from "./service-chain/observe.ts";
import type { World } from "./world.ts";

export function serviceChainViewReconciler(client: KubernetesClient, world: World) {
  return async (key: string): Promise<undefined> => {
    const view = world.views.get(key);
    if (!view) return;
    const { namespace, deletionTimestamp, finalizers = [], uid } = view.metadata;
    if (deletionTimestamp === undefined) {
      if (world.chains.get(`${namespace}/${view.spec.chain}`)) return;
      // Our copy may be late: only the API can say that the chain is gone.
      const chain = await ignore(isNotFound, client.get(serviceChains, { namespace, name: view.spec.chain }));
      if (!chain) await ignore(isNotFound, client.delete(serviceChainViews, splitKey(key), { uid }));
      return;
    }
    if (!finalizers.includes(viewFinalizer) || isProgrammedAnywhere(view, world.nodes.list())) return;
    const rest = finalizers.filter((f) => f !== viewFinalizer);
    const metadata = { ...view.metadata, finalizers: rest };
    await ignore(isNotFound, client.replace(serviceChainViews, { ...view, metadata }));
  };
}
