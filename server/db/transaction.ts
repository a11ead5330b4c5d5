// SPDX-License-Identifier: Apache-2.0
// Row-level security reads two settings that hold for one transaction and are gone with it, so that a pooled connection never
// carries one tenant's sight over to the next.
import { type Database, type Transaction, withDatabase } from "./client.ts";

/** Milliseconds: to get a connection, and for the whole transaction. */
const limits = { maxWait: 5_000, timeout: 10_000 };

/** Sees and writes this tenant's rows only. */
export function withTenant<T>(
  db: Database,
  tenantId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return withDatabase(() =>
    db.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT set_config('nfaas.tenant_id', ${tenantId}, true)`;
      return work(tx);
    }, limits),
  );
}

/** Sees and writes all tenants' rows: for the platform's own work, never on a tenant's behalf. */
export function withPlatform<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return withDatabase(() =>
    db.$transaction(async (tx) => {
      await tx.$executeRaw`SELECT set_config('nfaas.platform', 'on', true)`;
      return work(tx);
    }, limits),
  );
}
