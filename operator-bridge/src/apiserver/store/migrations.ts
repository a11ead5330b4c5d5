// SPDX-License-Identifier: Apache-2.0
import type { ClientBase } from "pg";

// One entry per version, never edited once released: a database remembers how many it has had.
const migrations = [
  `CREATE TABLE kube.server (
     only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
     -- The process that may write: every start takes the next number and so fences off the one before.
     epoch bigint NOT NULL DEFAULT 0,
     -- The newest resourceVersion given out.
     revision bigint NOT NULL DEFAULT 1
   );
   INSERT INTO kube.server DEFAULT VALUES;
   CREATE TABLE kube.object (
     resource text NOT NULL,
     namespace text NOT NULL,
     name text NOT NULL,
     object json NOT NULL,
     PRIMARY KEY (resource, namespace, name)
   );
   CREATE TABLE kube.event (
     revision bigint PRIMARY KEY,
     type text NOT NULL,
     resource text NOT NULL,
     namespace text NOT NULL,
     name text NOT NULL,
     object json NOT NULL,
     -- What the object was before, so that a watch with a selector can tell "left the selection" from "changed".
     previous json
   );`,
];

const migrationLock = 7_226_532; // Any number that no other user of advisory locks in this database takes.

/** Brings schema `kube` to the newest version. Idempotent, and safe when two processes start at once. */
export async function migrate(client: ClientBase): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query("SELECT pg_advisory_xact_lock($1)", [migrationLock]);
    await client.query("CREATE SCHEMA IF NOT EXISTS kube");
    await client.query("CREATE TABLE IF NOT EXISTS kube.migration (version int PRIMARY KEY)");
    const { rows } = await client.query(
      "SELECT coalesce(max(version), 0)::int AS version FROM kube.migration",
    );
    for (let version: number = rows[0].version; version < migrations.length; version++) {
      await client.query(migrations[version]!);
      await client.query("INSERT INTO kube.migration VALUES ($1)", [version + 1]);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}
