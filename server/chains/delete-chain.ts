// SPDX-License-Identifier: Apache-2.0
import { recordEvent } from "../audit/record-event.ts";
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { lockChain } from "./chain-row.ts";

/** Takes the chain out of service; what can't be told to Kubernetes now is told later. Throws NOT_FOUND. */
export async function deleteChain(scope: TenantScope, name: string): Promise<{ chain: string }> {
  const { db, outbox } = services();
  await withTenant(db, scope.tenant.id, async (tx) => {
    const { id } = await lockChain(tx, scope, name);
    await tx.chain.update({ where: { id }, data: { deletedAt: new Date() } });
    await tx.intent.create({ data: { tenantId: scope.tenant.id, chainId: id, kind: "delete" } });
    await recordEvent(tx, scope, { action: "chain.delete", object: `chain/${name}` });
  });
  outbox.wake();
  return { chain: name };
}
