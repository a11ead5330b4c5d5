// SPDX-License-Identifier: Apache-2.0
import { compileChain } from "@nfaas/domain";
import { graphContext } from "../catalogue/graph-context.ts";
import { withTenant } from "../db/transaction.ts";
import { AppError, ErrorCode } from "../errors.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { addRevision } from "./add-revision.ts";
import { lockChain, toGraph } from "./chain-row.ts";
import { draftConflict } from "./save-draft.ts";
import type { Revision } from "./types.ts";

export interface PublishInput {
  chain: string;
  message?: string | undefined;
  /** Only if this is the draft's version still. */
  version?: number | undefined;
}

/**
 * Turns the draft into the next revision and has it applied. Answers once the revision is safe; `chains.status` tells how far
 * it got. Throws NOT_FOUND, DRAFT_CONFLICT and GRAPH_INVALID (details: the issues).
 */
export async function publishChain(scope: TenantScope, input: PublishInput): Promise<Revision> {
  const { db, outbox } = services();
  const context = await graphContext(scope, input.chain);
  const revision = await withTenant(db, scope.tenant.id, async (tx) => {
    const row = await lockChain(tx, scope, input.chain);
    if (input.version !== undefined && input.version !== row.draftVersion)
      throw draftConflict(row.draftUpdatedBy);
    const graph = toGraph(row.draft);
    const number = (row.revisions[0]?.number ?? 0) + 1;
    const compiled = compileChain(
      graph,
      { tenant: scope.tenant.name, chain: row.name, revision: number },
      context,
    );
    if (!compiled.ok) {
      const message = "This chain can't be published yet; see its problems.";
      throw new AppError(ErrorCode.GraphInvalid, message, { details: compiled.issues });
    }
    return addRevision(tx, scope, row, {
      number,
      graph,
      message: input.message || null,
      rolledBackFrom: null,
    });
  });
  outbox.wake();
  return revision;
}
