// SPDX-License-Identifier: Apache-2.0
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { findChain, publishedGraph, toChainDetail } from "./chain-row.ts";
import { saveDraft } from "./save-draft.ts";
import type { ChainDetail } from "./types.ts";

/** Throws NOT_FOUND and DRAFT_CONFLICT. */
export async function discardDraft(
  scope: TenantScope,
  { chain, version }: { chain: string; version: number },
): Promise<ChainDetail> {
  const read = () => withTenant(services().db, scope.tenant.id, (tx) => findChain(tx, scope, chain));
  await saveDraft(scope, { chain, graph: publishedGraph(await read()), version });
  return toChainDetail(await read());
}
