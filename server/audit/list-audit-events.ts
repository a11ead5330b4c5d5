// SPDX-License-Identifier: Apache-2.0
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";

export interface AuditEvent {
  id: string;
  time: number;
  actor: string;
  action: string;
  object: string;
  details: Record<string, unknown>;
}
export interface AuditPage {
  events: AuditEvent[];
  /** Null at the end. */
  nextCursor: string | null;
}

/** Newest first. The cursor is the last seen event's id. */
export async function listAuditEvents(
  { tenant }: TenantScope,
  { cursor, limit }: { cursor?: string | null | undefined; limit: number },
): Promise<AuditPage> {
  const rows = await withTenant(services().db, tenant.id, (tx) =>
    tx.auditEvent.findMany({
      where: { tenantId: tenant.id, ...(cursor ? { id: { lt: BigInt(cursor) } } : {}) },
      orderBy: { id: "desc" },
      take: limit + 1,
    }),
  );
  const page = rows.slice(0, limit);
  const events = page.map((row) => ({
    id: String(row.id),
    time: row.time.getTime(),
    actor: row.actor,
    action: row.action,
    object: row.object,
    details: row.details as Record<string, unknown>,
  }));
  return { events, nextCursor: rows.length > limit ? (events.at(-1)?.id ?? null) : null };
}
