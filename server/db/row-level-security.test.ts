// SPDX-License-Identifier: Apache-2.0
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runPrisma, startDatabase, type TestDatabase } from "../test/database.ts";
import { type Database, openDatabase } from "./client.ts";
import { withPlatform, withTenant } from "./transaction.ts";

let database: TestDatabase;
let owner: pg.Client;
/** One connection: what a transaction leaves behind, the next one meets. */
let app: Database;
const ids: Record<string, string> = {};

beforeAll(async () => {
  database = await startDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  app = openDatabase(database.appUrl, 1);
  for (const name of ["acme", "globex"]) {
    const sql = "INSERT INTO tenants (name, display_name) VALUES ($1, $1) RETURNING id";
    ids[name] = (await owner.query(sql, [name])).rows[0].id;
    await withTenant(app, tenantId(name), (tx) =>
      tx.chain.create({
        data: {
          tenantId: tenantId(name),
          name: "web",
          title: name,
          draft: {},
          draftUpdatedBy: "test",
          revisions: { create: { number: 1, graph: {}, author: "test" } },
        },
      }),
    );
  }
});
afterAll(async () => {
  await app?.$disconnect();
  await owner?.end();
  await database?.stop();
});

const tenantId = (name: string): string => ids[name] ?? "";
const titles = (rows: { title: string }[]): string[] => rows.map(({ title }) => title).sort();

describe("row-level security on one reused connection", () => {
  test("a transaction for one tenant sees that tenant's rows only, turn after turn", async () => {
    for (const name of ["acme", "globex", "acme"]) {
      const rows = await withTenant(app, tenantId(name), (tx) => tx.chain.findMany());
      expect(titles(rows)).toEqual([name]);
    }
  });

  test("a query outside of any transaction of ours sees nothing, also right after one that saw something", async () => {
    await withTenant(app, tenantId("acme"), (tx) => tx.chain.findMany());
    expect(await app.chain.findMany()).toEqual([]);
    expect(await app.revision.findMany()).toEqual([]);
    expect(await app.tenant.findMany()).toEqual([]);
    await withPlatform(app, (tx) => tx.chain.findMany());
    expect(await app.chain.findMany()).toEqual([]);
  });

  test("a transaction that fails leaves no sight behind", async () => {
    const failing = withTenant(app, tenantId("acme"), async (tx) => {
      expect(await tx.chain.count()).toBe(1);
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    expect(await app.chain.findMany()).toEqual([]);
  });

  test("a tenant's transaction can't write rows of another tenant", async () => {
    const data = { tenantId: tenantId("globex"), name: "mine", title: "", draft: {}, draftUpdatedBy: "test" };
    await expect(withTenant(app, tenantId("acme"), (tx) => tx.chain.create({ data }))).rejects.toThrow(
      /row-level security/,
    );
    const moved = await withTenant(app, tenantId("acme"), (tx) =>
      tx.chain.updateMany({ where: { tenantId: tenantId("globex") }, data: { title: "taken" } }),
    );
    expect(moved.count).toBe(0);
  });

  test("the platform's transactions see every tenant's rows", async () => {
    expect(titles(await withPlatform(app, (tx) => tx.chain.findMany()))).toEqual(["acme", "globex"]);
  });

  test("neither role may read what is the other's: sessions there, chains here", async () => {
    await expect(withPlatform(app, (tx) => tx.session.findMany())).rejects.toThrow(/denied/);
    await expect(withPlatform(app, (tx) => tx.ssoProvider.findMany())).rejects.toThrow(/denied/);
    const auth = openDatabase(database.authUrl, 1);
    try {
      await expect(auth.chain.findMany()).rejects.toThrow(/denied/);
      await expect(auth.auditEvent.findMany()).rejects.toThrow(/denied/);
    } finally {
      await auth.$disconnect();
    }
  });
});

describe("history", () => {
  test.each(["UPDATE revisions SET author = 'other'", "DELETE FROM revisions", "TRUNCATE revisions"])(
    "not even the database's owner rewrites revisions: %s",
    async (sql) => {
      await expect(owner.query(sql)).rejects.toThrow("revisions is append-only");
    },
  );

  test("audit events can't be changed or removed", async () => {
    await owner.query("INSERT INTO audit_events (actor, action, object) VALUES ('a', 'b', 'c')");
    await expect(owner.query("UPDATE audit_events SET actor = 'x'")).rejects.toThrow("append-only");
    await expect(owner.query("DELETE FROM audit_events")).rejects.toThrow("append-only");
  });
});

describe("migrations", () => {
  test("every table has row-level security, forced", async () => {
    const { rows } = await owner.query(
      "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relkind = 'r'" +
        " AND NOT (relrowsecurity AND relforcerowsecurity) AND relname <> '_prisma_migrations'",
    );
    expect(rows).toEqual([]);
  });

  test("the migrations give exactly what the schema says", async () => {
    const sql = await runPrisma(
      database.url,
      "migrate",
      "diff",
      "--from-config-datasource",
      "--to-schema",
      "prisma/schema.prisma",
      "--script",
    );
    expect(sql.trim()).toBe("-- This is an empty migration.");
  });

  test("running them again changes nothing", async () => {
    expect(await runPrisma(database.url, "migrate", "deploy")).toContain("No pending migrations to apply");
  });
});
