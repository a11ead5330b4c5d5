// SPDX-License-Identifier: Apache-2.0
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { type ChainRow, hasUnpublishedChanges, withNewest } from "./chain-row.ts";
import { chainStatusOf } from "./chain-status-of.ts";
import type { ChainSummary } from "./types.ts";

function summarize(scope: TenantScope, row: ChainRow): ChainSummary {
  const status = chainStatusOf(scope, row);
  const newest = row.revisions[0];
  const trouble = status.state === "failed" || status.state === "unknown";
  return {
    name: row.name,
    title: row.title,
    state: status.state,
    message: trouble ? (status.steps.find((step) => step.state !== "done")?.message ?? null) : null,
    updatedAt: row.draftUpdatedAt.getTime(),
    updatedBy: row.draftUpdatedBy,
    publishedRevision: newest?.number ?? null,
    publishedAt: newest?.createdAt.getTime() ?? null,
    liveRevision: status.liveRevision,
    unpublishedChanges: hasUnpublishedChanges(row),
  };
}

/** By name. */
export async function listChains(scope: TenantScope): Promise<ChainSummary[]> {
  const where = { tenantId: scope.tenant.id, deletedAt: null };
  const rows = await withTenant(services().db, scope.tenant.id, (tx) =>
    tx.chain.findMany({ where, include: withNewest, orderBy: { name: "asc" } }),
  );
  return rows.map((row) => summarize(scope, row));
}
