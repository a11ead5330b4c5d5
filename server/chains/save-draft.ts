// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph } from "@nfaas/domain";
import { withTenant } from "../db/transaction.ts";
import { AppError, ErrorCode } from "../errors.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { lockChain, toJson } from "./chain-row.ts";

export interface SavedDraft {
  version: number;
  updatedAt: number;
}

export const draftConflict = (updatedBy: string): AppError =>
  new AppError(ErrorCode.DraftConflict, `${updatedBy} changed this draft meanwhile. Load it again to go on.`);

/** `version` is the one the graph is based on. Throws NOT_FOUND and DRAFT_CONFLICT. */
export async function saveDraft(
  scope: TenantScope,
  { chain, graph, version }: { chain: string; graph: ChainGraph; version: number },
): Promise<SavedDraft> {
  return withTenant(services().db, scope.tenant.id, async (tx) => {
    const { id, draftVersion, draftUpdatedBy } = await lockChain(tx, scope, chain);
    if (draftVersion !== version) throw draftConflict(draftUpdatedBy);
    const saved = await tx.chain.update({
      where: { id },
      data: {
        draft: toJson(graph),
        draftVersion: version + 1,
        draftUpdatedAt: new Date(),
        draftUpdatedBy: scope.actor.name,
      },
    });
    return { version: saved.draftVersion, updatedAt: saved.draftUpdatedAt.getTime() };
  });
}
