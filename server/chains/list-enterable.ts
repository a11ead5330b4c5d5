// SPDX-License-Identifier: Apache-2.0
import { entriesOf } from "@nfaas/domain";
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { publishedGraph, withNewest } from "./chain-row.ts";

/** A chain that classes may enter, and at how many attachments it begins; only one that begins at one can be. */
export interface EnterableChain {
  name: string;
  entries: number;
}

/** The tenant's published chains, by name; a chain does not enter itself. */
export async function listEnterable({ tenant }: TenantScope): Promise<EnterableChain[]> {
  const where = { tenantId: tenant.id, deletedAt: null, revisions: { some: {} } };
  const rows = await withTenant(services().db, tenant.id, (tx) =>
    tx.chain.findMany({ where, include: withNewest, orderBy: { name: "asc" } }),
  );
  return rows.map((row) => ({ name: row.name, entries: entriesOf(publishedGraph(row)).length }));
}
