// SPDX-License-Identifier: Apache-2.0
// Reading a chain's row, and lines of its history, into what callers get.
import { isDeepStrictEqual } from "node:util";
import { type ChainGraph, emptyGraph } from "@nfaas/domain";
import type { Transaction } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import { notFound } from "../errors.ts";
import type { TenantScope } from "../scope.ts";
import type { ChainDetail, Revision, RevisionDetail } from "./types.ts";

/** With the newest revision and the newest intent. */
export const withNewest = {
  revisions: { orderBy: { number: "desc" }, take: 1 },
  intents: { orderBy: { id: "desc" }, take: 1 },
} satisfies Prisma.ChainInclude;

export type ChainRow = Prisma.ChainGetPayload<{ include: typeof withNewest }>;
type RevisionRow = ChainRow["revisions"][number];

/** Graphs are checked before they are stored, so what comes back is one. */
export const toGraph = (json: unknown): ChainGraph => json as ChainGraph;
export const toJson = (graph: ChainGraph): Prisma.InputJsonValue => graph as unknown as Prisma.InputJsonValue;

/** The tenant's living chain of that name. Throws NOT_FOUND. */
export async function findChain(tx: Transaction, { tenant }: TenantScope, name: string): Promise<ChainRow> {
  const where = { tenantId: tenant.id, name, deletedAt: null };
  const row = await tx.chain.findFirst({ where, include: withNewest });
  if (!row) throw notFound(`chain ${name}`);
  return row;
}

/** Holds the chain's row until the transaction ends: two publishes of one chain take turns. Throws NOT_FOUND. */
export async function lockChain(tx: Transaction, scope: TenantScope, name: string): Promise<ChainRow> {
  await tx.$queryRaw`SELECT id FROM chains
    WHERE tenant_id = ${scope.tenant.id}::uuid AND name = ${name} AND deleted_at IS NULL FOR UPDATE`;
  return findChain(tx, scope, name);
}

export function toRevision(row: Omit<RevisionRow, "graph">): Revision {
  const { number, message, author, createdAt, rolledBackFrom } = row;
  return { number, message, author, createdAt: createdAt.getTime(), rolledBackFrom };
}

export const toRevisionDetail = (row: RevisionRow): RevisionDetail => ({
  ...toRevision(row),
  graph: toGraph(row.graph),
});

export const publishedGraph = (row: ChainRow): ChainGraph =>
  row.revisions[0] ? toGraph(row.revisions[0].graph) : emptyGraph;

export const hasUnpublishedChanges = (row: ChainRow): boolean =>
  !isDeepStrictEqual(row.draft, publishedGraph(row));

export function toChainDetail(row: ChainRow): ChainDetail {
  const newest = row.revisions[0];
  return {
    name: row.name,
    title: row.title,
    createdAt: row.createdAt.getTime(),
    draft: {
      graph: toGraph(row.draft),
      version: row.draftVersion,
      updatedAt: row.draftUpdatedAt.getTime(),
      updatedBy: row.draftUpdatedBy,
    },
    published: newest ? toRevisionDetail(newest) : null,
    unpublishedChanges: hasUnpublishedChanges(row),
  };
}
