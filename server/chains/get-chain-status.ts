// SPDX-License-Identifier: Apache-2.0
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { findChain } from "./chain-row.ts";
import { chainStatusOf } from "./chain-status-of.ts";
import type { ChainStatus } from "./types.ts";

/** Throws NOT_FOUND. */
export async function getChainStatus(scope: TenantScope, chain: string): Promise<ChainStatus> {
  const row = await withTenant(services().db, scope.tenant.id, (tx) => findChain(tx, scope, chain));
  return chainStatusOf(scope, row);
}
