// SPDX-License-Identifier: Apache-2.0
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import type { ChainRow } from "./chain-row.ts";
import { deriveStatus } from "./derive-status.ts";
import type { ChainStatus } from "./types.ts";

/** The status by what is known at this moment, without asking anybody. */
export function chainStatusOf({ tenant }: TenantScope, row: ChainRow): ChainStatus {
  const { world } = services();
  const intent = row.intents[0];
  return deriveStatus({
    publishedRevision: row.revisions[0]?.number ?? null,
    intent: intent
      ? { state: intent.state, lastError: intent.lastError, createdAt: intent.createdAt.getTime() }
      : null,
    object: world.serviceChain(tenant.name, row.name),
    views: world.viewsOf(tenant.name, row.name),
    nodes: world.nodes.list(),
    kubernetesProblem: world.problem?.message ?? null,
  });
}
