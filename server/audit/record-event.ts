// SPDX-License-Identifier: Apache-2.0
import type { Transaction } from "../db/client.ts";
import type { Prisma } from "../db/generated/client.ts";
import type { TenantScope } from "../scope.ts";

export interface NewEvent {
  /** Noun, then verb: "chain.publish". */
  action: string;
  /** What it was done to: "chain/web". */
  object: string;
  details?: Prisma.InputJsonObject;
}

/** Written in the transaction of what it tells of: both happen or neither. */
export async function recordEvent(tx: Transaction, scope: TenantScope, event: NewEvent): Promise<void> {
  const { tenant, actor } = scope;
  // createMany, not create: the sign-in's role may write events but not read them back.
  await tx.auditEvent.createMany({
    data: [{ tenantId: tenant.id, actorId: actor.id, actor: actor.name, details: {}, ...event }],
  });
}
