// SPDX-License-Identifier: Apache-2.0
import pg from "pg";
import type { KubeObject } from "../objects.ts";
import { migrate } from "./migrations.ts";
import type { EventType, State, StoreEvent } from "./state.ts";

/** Another server has taken over this database: this one must write no more. */
export class FencedError extends Error {}

interface EventRow {
  revision: string;
  type: EventType;
  resource: string;
  namespace: string;
  name: string;
  object: KubeObject;
  previous: KubeObject | null;
}

// One statement, so one round trip and one transaction. Without the fence's row nothing else happens either.
const commitSql = `
WITH fence AS (
  UPDATE kube.server SET revision = $3 WHERE epoch = $1 AND revision = $2 RETURNING 1
), logged AS (
  INSERT INTO kube.event (revision, type, resource, namespace, name, object, previous)
  SELECT revision, type, resource, namespace, name, object::json, previous::json
  FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
    AS e(revision, type, resource, namespace, name, object, previous)
  WHERE EXISTS (SELECT 1 FROM fence)
), latest AS (
  SELECT DISTINCT ON (resource, namespace, name) type, resource, namespace, name, object
  FROM unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
    AS e(revision, type, resource, namespace, name, object)
  WHERE EXISTS (SELECT 1 FROM fence)
  ORDER BY resource, namespace, name, revision DESC
), removed AS (
  DELETE FROM kube.object o USING latest l
  WHERE l.type = 'DELETED' AND (o.resource, o.namespace, o.name) = (l.resource, l.namespace, l.name)
), kept AS (
  INSERT INTO kube.object (resource, namespace, name, object)
  SELECT resource, namespace, name, object::json FROM latest WHERE type <> 'DELETED'
  ON CONFLICT (resource, namespace, name) DO UPDATE SET object = excluded.object
)
SELECT count(*)::int AS held FROM fence`;

function toEvent(row: EventRow): StoreEvent {
  return { ...row, revision: Number(row.revision), previous: row.previous ?? undefined };
}

/** The one connection of this server. When it breaks, `onLost` is called once and the instance is spent. */
export class Database {
  private constructor(
    private readonly client: pg.Client,
    readonly epoch: number,
  ) {}

  /** Connects; with no `epoch` it takes over as the writer, else it goes on as that one (FencedError if fenced). */
  static async connect(url: string, onLost: () => void, epoch?: number): Promise<Database> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      query_timeout: 30_000,
      keepAlive: true,
      application_name: "nfaas-apiserver",
    });
    client.once("end", onLost);
    client.on("error", () => {}); // "end" follows every error of an established connection.
    try {
      await client.connect();
      await client.query("SET synchronous_commit = on");
      if (epoch === undefined) await migrate(client);
      return new Database(client, await claim(client, epoch));
    } catch (error) {
      await client.end().catch(() => {});
      throw error;
    }
  }

  /** Fills an empty state with all objects and the retained events. */
  async load(state: State): Promise<void> {
    await this.client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const server = await this.client.query("SELECT revision FROM kube.server");
    const objects = await this.client.query("SELECT resource, object FROM kube.object");
    const events = await this.client.query<EventRow>("SELECT * FROM kube.event ORDER BY revision");
    await this.client.query("COMMIT");
    for (const row of objects.rows) state.place(row.resource, row.object);
    state.events = events.rows.map(toEvent);
    state.revision = Number(server.rows[0].revision);
  }

  /** What was committed after `revision`: the outcome of a commit whose answer was lost. */
  async eventsAfter(revision: number): Promise<StoreEvent[]> {
    const { rows } = await this.client.query<EventRow>(
      "SELECT * FROM kube.event WHERE revision > $1 ORDER BY revision",
      [revision],
    );
    return rows.map(toEvent);
  }

  /** Commits events that follow `revision`; all of them or none. */
  async commit(revision: number, events: StoreEvent[]): Promise<void> {
    const { rows } = await this.client.query(commitSql, [
      this.epoch,
      revision,
      events.at(-1)!.revision,
      events.map((event) => event.revision),
      events.map((event) => event.type),
      events.map((event) => event.resource),
      events.map((event) => event.namespace),
      events.map((event) => event.name),
      events.map((event) => JSON.stringify(event.object)),
      events.map((event) => (event.previous ? JSON.stringify(event.previous) : null)),
    ]);
    if (rows[0].held !== 1) throw new FencedError("another API server has taken over this database");
  }

  /** Forgets events up to `revision`, and finds out whether this server still is the writer. */
  async compact(revision: number): Promise<void> {
    await this.client.query("DELETE FROM kube.event WHERE revision <= $1", [revision]);
    await claim(this.client, this.epoch);
  }

  async close(): Promise<void> {
    this.client.removeAllListeners("end");
    await this.client.end().catch(() => {});
  }
}

async function claim(client: pg.Client, epoch?: number): Promise<number> {
  const { rows } =
    epoch === undefined
      ? await client.query("UPDATE kube.server SET epoch = epoch + 1 RETURNING epoch")
      : await client.query("SELECT epoch FROM kube.server WHERE epoch = $1", [epoch]);
  if (!rows[0]) throw new FencedError("another API server has taken over this database");
  return Number(rows[0].epoch);
}
