// SPDX-License-Identifier: Apache-2.0
import { type ChainGraph, compileChain } from "@nfaas/domain";
import { graphContext } from "../catalogue/graph-context.ts";
import type { Transaction } from "../db/client.ts";
import { withTenant } from "../db/transaction.ts";
import { AppError, ErrorCode, notFound } from "../errors.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { addRevision } from "./add-revision.ts";
import { type ChainRow, hasUnpublishedChanges, lockChain, toGraph, toJson } from "./chain-row.ts";
import type { Revision } from "./types.ts";

/** The draft follows, unless it holds work that was never published: an incident must not cost that. */
async function followWithDraft(
  tx: Transaction,
  { actor }: TenantScope,
  row: ChainRow,
  graph: ChainGraph,
): Promise<void> {
  if (hasUnpublishedChanges(row)) return;
  const draft = toJson(graph);
  const data = {
    draft,
    draftVersion: row.draftVersion + 1,
    draftUpdatedAt: new Date(),
    draftUpdatedBy: actor.name,
  };
  await tx.chain.update({ where: { id: row.id }, data });
}

/** Publishes an older revision's graph as the newest. Throws NOT_FOUND, and GRAPH_INVALID when it no longer fits the platform. */
export async function rollBackChain(
  scope: TenantScope,
  { chain, revision: from }: { chain: string; revision: number },
): Promise<Revision> {
  const { db, outbox } = services();
  const context = await graphContext(scope, chain);
  const revision = await withTenant(db, scope.tenant.id, async (tx) => {
    const row = await lockChain(tx, scope, chain);
    const old = await tx.revision.findUnique({
      where: { chainId_number: { chainId: row.id, number: from } },
    });
    if (!old) throw notFound(`revision ${from} of chain ${chain}`);
    const graph = toGraph(old.graph);
    const number = (row.revisions[0]?.number ?? 0) + 1;
    const compiled = compileChain(graph, { tenant: scope.tenant.name, chain, revision: number }, context);
    if (!compiled.ok) {
      const message = `Revision ${from} no longer fits what the platform offers.`;
      throw new AppError(ErrorCode.GraphInvalid, message, { details: compiled.issues });
    }
    await followWithDraft(tx, scope, row, graph);
    const message = `Rolled back to revision ${from}`;
    return addRevision(tx, scope, row, { number, graph, message, rolledBackFrom: from });
  });
  outbox.wake();
  return revision;
}
