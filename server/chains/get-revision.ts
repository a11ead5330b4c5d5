// SPDX-License-Identifier: Apache-2.0
import { withTenant } from "../db/transaction.ts";
import { notFound } from "../errors.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { findChain, toRevisionDetail } from "./chain-row.ts";
import type { RevisionDetail } from "./types.ts";

/** Throws NOT_FOUND. */
export async function getRevision(
  scope: TenantScope,
  { chain, revision }: { chain: string; revision: number },
): Promise<RevisionDetail> {
  const row = await withTenant(services().db, scope.tenant.id, async (tx) => {
    const { id } = await findChain(tx, scope, chain);
    return tx.revision.findUnique({ where: { chainId_number: { chainId: id, number: revision } } });
  });
  if (!row) throw notFound(`revision ${revision} of chain ${chain}`);
  return toRevisionDetail(row);
}
