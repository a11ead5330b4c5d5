// SPDX-License-Identifier: Apache-2.0
import pg from "pg";
import { parse } from "pg-connection-string";

/**
 * Discrete fields, never a connection string: pg lets a string's database win over the field `database`, and the shadow
 * database would silently be the real one.
 */
export function connectionFields(url: string): { config: pg.ClientConfig; schema: string | undefined } {
  const { schema, connection_limit, pool_timeout, connect_timeout, ...fields } = parse(url) as ReturnType<
    typeof parse
  > &
    Record<string, string | undefined>;
  const { host, user, password, database, port, ssl } = fields;
  const config: pg.ClientConfig = {
    ...(host ? { host } : {}),
    ...(user ? { user } : {}),
    ...(password ? { password } : {}),
    ...(database ? { database } : {}),
    ...(port ? { port: Number(port) } : {}),
    ...(ssl ? { ssl: ssl as pg.ClientConfig["ssl"] } : {}),
  };
  return { config, schema };
}

export async function withClient<T>(
  config: pg.ClientConfig,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

export const ping = (url: string): Promise<unknown> =>
  withClient(connectionFields(url).config, (client) => client.query("SELECT 1"));

export async function createDatabase(url: string): Promise<{ databaseName: string }> {
  const { config } = connectionFields(url);
  const databaseName = config.database ?? "postgres";
  await withClient({ ...config, database: "postgres" }, (client) =>
    client.query(`CREATE DATABASE ${pg.escapeIdentifier(databaseName)}`),
  );
  return { databaseName };
}

/** PostgreSQL's and the system's codes that Prisma's CLI has words for. */
const prismaCodes: Record<string, string> = {
  ECONNREFUSED: "P1001",
  ENOTFOUND: "P1001",
  "28P01": "P1000",
  "28000": "P1000",
  "3D000": "P1003",
};

/** An error as the protocol wants it. */
export function explain(error: unknown): object {
  const { code, message, name, meta } = error as Error & { code?: string; meta?: unknown };
  const own = /^P\d{4}$/.test(code ?? "") ? code : undefined;
  return {
    error_code: (code && prismaCodes[code]) ?? own,
    message: message || String(code ?? error),
    is_panic: name === "RuntimeError",
    meta: meta ?? null,
  };
}
