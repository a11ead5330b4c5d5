// SPDX-License-Identifier: Apache-2.0
// The engine reaches PostgreSQL through @prisma/adapter-pg. Three of its habits have to be corrected for migrations: it
// doesn't know the catalogue's one-byte type "char", it cuts scripts at every semicolon (in comments and function bodies
// too), and it drops a shadow database while still connected to it.
import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import { connectionFields, withClient } from "./database.ts";

/** Object identifiers of pg_type; the engine's own number for a column of type Character. */
const charOid = 18;
const bpcharOid = 1042;
const characterColumn = 6;

interface RawResult {
  columnTypes: number[];
}
interface Queryable {
  queryRaw(query: unknown): Promise<RawResult>;
  startTransaction?(...args: unknown[]): Promise<Queryable>;
  executeScript(script: string): Promise<void>;
  dispose(): Promise<void>;
  client: { query(text: string): Promise<unknown> };
  /** Throws the error in the words the engine understands. */
  onError(error: unknown): never;
}

/** Columns of the last result that were "char". One connection, one query at a time: there is only one last result. */
let charColumns: number[] = [];

function disguiseChars(result: pg.QueryArrayResult | undefined): typeof result {
  charColumns = [];
  result?.fields?.forEach((field, index) => {
    if (field.dataTypeID !== charOid) return;
    field.dataTypeID = bpcharOid;
    charColumns.push(index);
  });
  return result;
}

class CatalogueClient extends pg.Client {
  // pg overloads query in six ways; the adapter uses callback and promise, both end here.
  override query(...args: unknown[]): never {
    const done = args.at(-1);
    if (typeof done === "function") {
      args[args.length - 1] = (error: unknown, result: pg.QueryArrayResult) =>
        done(error, disguiseChars(result));
    }
    const pending = (super.query as (...args: unknown[]) => unknown).apply(this, args);
    const isPromise = pending instanceof Promise;
    return (isPromise ? pending.then(disguiseChars) : pending) as never;
  }
}

function corrected(queryable: Queryable): Queryable {
  const { queryRaw, startTransaction } = queryable;
  // One simple query: PostgreSQL takes it apart itself, in one implicit transaction.
  queryable.executeScript = async (script) => {
    await queryable.client.query(script).catch((error: unknown) => queryable.onError(error));
  };
  queryable.queryRaw = async (query) => {
    const result = await queryRaw.call(queryable, query);
    for (const index of charColumns) result.columnTypes[index] = characterColumn;
    return result;
  };
  if (startTransaction) {
    queryable.startTransaction = async (...args) => corrected(await startTransaction.apply(queryable, args));
  }
  return queryable;
}

async function connect(config: pg.ClientConfig, schema: string | undefined): Promise<Queryable> {
  const options = schema === undefined ? {} : { schema };
  const factory = new PrismaPg({ ...config, max: 1, Client: CatalogueClient } as pg.PoolConfig, options);
  return corrected((await factory.connect()) as unknown as Queryable);
}

async function connectToShadow(url: string, shadowUrl: string | undefined): Promise<Queryable> {
  if (shadowUrl) {
    const shadow = connectionFields(shadowUrl);
    return connect(shadow.config, shadow.schema);
  }
  const { config, schema } = connectionFields(url);
  const database = `prisma_migrate_shadow_db_${randomUUID()}`;
  await withClient(config, (client) => client.query(`CREATE DATABASE "${database}"`));
  const adapter = await connect({ ...config, database }, schema);
  const { dispose } = adapter;
  adapter.dispose = async () => {
    await dispose.call(adapter);
    await withClient(config, (client) => client.query(`DROP DATABASE "${database}" WITH (FORCE)`));
  };
  return adapter;
}

export function createAdapterFactory(url: string, shadowUrl: string | undefined): object {
  const { config, schema } = connectionFields(url);
  const factory = new PrismaPg(config as pg.PoolConfig, schema === undefined ? {} : { schema });
  Object.assign(factory, {
    connect: () => connect(config, schema),
    connectToShadowDb: () => connectToShadow(url, shadowUrl),
  });
  return bindMigrationAwareSqlAdapterFactory(factory);
}
