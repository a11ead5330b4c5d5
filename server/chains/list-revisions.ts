// SPDX-License-Identifier: Apache-2.0
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { findChain, toRevision } from "./chain-row.ts";
import type { Revision } from "./types.ts";

/** Newest first, at most the last 500. Throws NOT_FOUND. */
export async function listRevisions(scope: TenantScope, chain: string): Promise<Revision[]> {
  const rows = await withTenant(services().db, scope.tenant.id, async (tx) => {
    const { id } = await findChain(tx, scope, chain);
    return tx.revision.findMany({
      where: { chainId: id },
      orderBy: { number: "desc" },
      take: 500,
      omit: { graph: true },
    });
  });
  return rows.map(toRevision);
}
