// SPDX-License-Identifier: Apache-2.0
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { findChain, toChainDetail } from "./chain-row.ts";
import type { ChainDetail } from "./types.ts";

/** Throws NOT_FOUND. */
export async function getChain(scope: TenantScope, chain: string): Promise<ChainDetail> {
  return toChainDetail(await withTenant(services().db, scope.tenant.id, (tx) => findChain(tx, scope, chain)));
}
