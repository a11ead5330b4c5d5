// SPDX-License-Identifier: Apache-2.0
import { findChain } from "../chains/chain-row.ts";
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import type { LivePoint } from "./types.ts";

/** Of one chain when named, else of the whole tenant. Throws NOT_FOUND. */
export async function liveHistory(scope: TenantScope, chain: string | undefined): Promise<LivePoint[]> {
  const { db, hub } = services();
  if (chain !== undefined) await withTenant(db, scope.tenant.id, (tx) => findChain(tx, scope, chain));
  return hub.points(scope.tenant.name, chain);
}
