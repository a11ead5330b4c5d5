// SPDX-License-Identifier: Apache-2.0
import type { Transaction } from "../db/client.ts";

/** @param tenantId null for the platform's own people */
export async function recordSignIn(
  tx: Transaction,
  tenantId: string | null,
  user: { id: string; email: string },
): Promise<void> {
  const object = `user/${user.email}`;
  await tx.auditEvent.createMany({
    data: [{ tenantId, actorId: user.id, actor: user.email, action: "session.sign-in", object }],
  });
}
