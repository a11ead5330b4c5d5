// SPDX-License-Identifier: Apache-2.0
import { emptyGraph } from "@nfaas/domain";
import { recordEvent } from "../audit/record-event.ts";
import { isDuplicate } from "../db/client.ts";
import { withTenant } from "../db/transaction.ts";
import { AppError, ErrorCode } from "../errors.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { toChainDetail, toJson, withNewest } from "./chain-row.ts";
import type { ChainDetail } from "./types.ts";

/** An empty chain, a draft until it is published. Throws CHAIN_EXISTS. */
export async function createChain(
  scope: TenantScope,
  { name, title }: { name: string; title?: string | undefined },
): Promise<ChainDetail> {
  const { tenant, actor } = scope;
  const data = {
    tenantId: tenant.id,
    name,
    title: title || name,
    draft: toJson(emptyGraph),
    draftUpdatedBy: actor.name,
  };
  try {
    const row = await withTenant(services().db, tenant.id, async (tx) => {
      const created = await tx.chain.create({ data, include: withNewest });
      await recordEvent(tx, scope, { action: "chain.create", object: `chain/${name}` });
      return created;
    });
    return toChainDetail(row);
  } catch (error) {
    if (isDuplicate(error)) throw new AppError(ErrorCode.ChainExists, `There is a chain ${name} already.`);
    throw error;
  }
}
