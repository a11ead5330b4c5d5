// SPDX-License-Identifier: Apache-2.0
// The whole way over HTTP, with the demo's real OpenID providers.
import { generateKeyPairSync } from "node:crypto";
import type { JWKS } from "oidc-provider";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  type IdentityProvider,
  startIdentityProvider,
} from "../../packages/demo/src/identity-provider/server.ts";
import { seedPeople } from "../../packages/demo/src/seed/people.ts";
import { backgroundHeader } from "../api/background.ts";
import { openDatabase } from "../db/client.ts";
import { type Services, setServices } from "../services.ts";
import { Browser } from "../test/browser.ts";
import { testEnv } from "../test/console.ts";
import { startDatabase, type TestDatabase } from "../test/database.ts";
import { absoluteMs, idleMs, readSession } from "./sessions.ts";

const consoleUrl = "http://127.0.0.1:3000";
const clientSecret = "the client's secret";
const users = ["alice@acme.example", "bob@acme.example", "gina@globex.example", "op@nfaas.example"].map(
  (email) => ({
    email,
    password: `${email}'s password`,
  }),
);
const passwordOf = (email: string): string => `${email}'s password`;

let database: TestDatabase;
let owner: pg.Client;
let provider: IdentityProvider;
let browser: Browser;
let services: Services;

function newKeys(): JWKS {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "1", use: "sig", alg: "RS256" }] } as JWKS;
}

const seed = (more: { providerUrl?: string } = {}): Promise<void> => {
  const { authSecret } = testEnv(database);
  return seedPeople({ ownerUrl: database.url, providerUrl: provider.url, clientSecret, authSecret, ...more });
};

beforeAll(async () => {
  database = await startDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  provider = await startIdentityProvider({
    port: 0,
    consoleUrl,
    clientSecret,
    cookieSecret: "the provider's cookie secret",
    keys: newKeys(),
    users,
  });
  const authDb = openDatabase(database.authUrl, 2);
  // Sign-in uses nothing else of the services.
  services = { env: testEnv(database), authDb } as Services;
  setServices(services);
  await seed();
});
afterAll(async () => {
  setServices(undefined);
  await services?.authDb.$disconnect();
  await provider?.stop();
  await owner?.end();
  await database?.stop();
});
beforeEach(() => {
  browser = new Browser();
});

const signIn = (email: string, returnTo?: string) => browser.signIn(email, passwordOf(email), returnTo);
const sessionCookie = (of = browser) => of.cookies.find(({ name }) => name === "nfaas-session");
const codeOf = (text: string): string => JSON.parse(text).error.code;
const count = async (sql: string): Promise<number> =>
  Number((await owner.query(`SELECT count(*) FROM ${sql}`)).rows[0].count);

describe("signing in", () => {
  test("leads by the mail address to the company's own provider and back to where one came from", async () => {
    const end = await signIn("alice@acme.example", "/t/acme/live?tab=rules");
    expect(end.url).toBe(`${consoleUrl}/t/acme/live?tab=rules`);
    const me = JSON.parse((await browser.me()).text).result.data;
    expect(me).toMatchObject({
      user: { email: "alice@acme.example", name: "Alice Archer" },
      memberships: [{ tenant: { name: "acme" }, role: "editor" }],
      platformOperator: false,
    });
  });

  test("the first time makes user, account and membership; the second time makes none", async () => {
    await signIn("bob@acme.example");
    const before = [await count("users"), await count("accounts"), await count("memberships")];
    browser = new Browser();
    await signIn("bob@acme.example");
    expect([await count("users"), await count("accounts"), await count("memberships")]).toEqual(before);
  });

  test("who signs in at the platform's provider is operator and member of no tenant", async () => {
    await signIn("op@nfaas.example");
    const me = JSON.parse((await browser.me()).text).result.data;
    expect(me).toMatchObject({ platformOperator: true, memberships: [] });
  });

  test("asks the provider for PKCE, state and nonce", async () => {
    const { text } = await browser.post("/api/auth/sign-in", { email: "alice@acme.example" });
    const query = new URL(JSON.parse(text).redirectTo).searchParams;
    expect(query.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"]) expect(query.get(name)).toMatch(/^[\w-]{43}$/);
  });

  test("the cookie is out of scripts' and other sites' reach, and the database doesn't hold it", async () => {
    await signIn("alice@acme.example");
    expect(sessionCookie()?.attributes).toBe(`Path=/; Max-Age=${absoluteMs / 1000}; HttpOnly; SameSite=Lax`);
    const { rows } = await owner.query("SELECT * FROM sessions");
    expect(JSON.stringify(rows)).not.toContain(sessionCookie()?.value);
  });

  test("over HTTPS the cookie is Secure and bound to this host", async () => {
    setServices({ ...services, env: testEnv(database, { https: true }) });
    try {
      await signIn("alice@acme.example");
    } finally {
      setServices(services);
    }
    const cookie = browser.cookies.find(({ name }) => name === "__Host-nfaas-session");
    expect(cookie?.attributes).toContain("Secure");
  });

  test("every sign-in makes a new token, and the one before is worth nothing", async () => {
    await signIn("alice@acme.example");
    const before = sessionCookie()?.value ?? "";
    await signIn("alice@acme.example");
    expect(sessionCookie()?.value).not.toBe(before);
    expect(await readSession(services.authDb, before)).toBeNull();
  });

  test("an account of one company asked for another one's address has to sign in anew", async () => {
    await signIn("alice@acme.example");
    await signIn("bob@acme.example");
    expect(JSON.parse((await browser.me()).text).result.data.user.email).toBe("bob@acme.example");
  });
});

describe("what doesn't sign in", () => {
  test.each([
    ["nobody", "MAIL_ADDRESS_INVALID", 400],
    ["alice@unknown.example", "UNKNOWN_MAIL_DOMAIN", 400],
    ["alice@sub.acme.example", "UNKNOWN_MAIL_DOMAIN", 400],
  ])("%s: %s", async (email, code, status) => {
    const answer = await browser.post("/api/auth/sign-in", { email });
    expect([codeOf(answer.text), answer.status]).toEqual([code, status]);
  });

  test("a wrong password: the provider says so and no session begins", async () => {
    const page = await browser.signIn("alice@acme.example", "wrong");
    expect(page.status).toBe(401);
    expect(page.text).toContain("password is wrong");
    expect(sessionCookie()).toBeUndefined();
  });

  test("a request from another site's page", async () => {
    const answer = await browser.post(
      "/api/auth/sign-in",
      { email: "alice@acme.example" },
      "http://evil.example",
    );
    expect([codeOf(answer.text), answer.status]).toEqual(["FOREIGN_ORIGIN", 403]);
  });

  /** The provider's answer for alice, not yet delivered to the console. */
  async function answerFor(victim: Browser): Promise<string> {
    const start = await victim.post("/api/auth/sign-in", { email: "alice@acme.example" });
    const page = await victim.open(JSON.parse(start.text).redirectTo);
    const body = new URLSearchParams({
      email: "alice@acme.example",
      password: passwordOf("alice@acme.example"),
    });
    let answer = await victim.request(page.url, { method: "POST", body });
    while (!(answer.headers.get("location") ?? "").startsWith(consoleUrl)) {
      answer = await victim.request(new URL(answer.headers.get("location") ?? "", answer.url).href);
    }
    return answer.headers.get("location") ?? "";
  }

  test("an answer brought by another browser (login CSRF)", async () => {
    const callback = await answerFor(new Browser());
    await browser.post("/api/auth/sign-in", { email: "gina@globex.example" });
    const end = await browser.open(callback);
    expect(end.url).toBe(`${consoleUrl}/sign-in?reason=SIGN_IN_EXPIRED`);
    expect(sessionCookie()).toBeUndefined();
  });

  test("an answer brought twice", async () => {
    const callback = await answerFor(browser);
    expect((await browser.open(callback)).url).toBe(`${consoleUrl}/`);
    const again = new Browser();
    again.cookies = [...browser.cookies];
    expect((await again.open(callback)).url).toContain("reason=SIGN_IN_EXPIRED");
  });

  test("an answer brought to another provider's address (mix-up)", async () => {
    const callback = (await answerFor(browser)).replace("/callback/acme", "/callback/globex");
    expect((await browser.open(callback)).url).toContain("reason=SIGN_IN_EXPIRED");
  });

  test("a provider that vouches for another company's mail address", async () => {
    await owner.query("UPDATE sso_providers SET mail_domain = 'victim.example' WHERE name = 'globex'");
    try {
      const start = await browser.post("/api/auth/sign-in", { email: "gina@victim.example" });
      const page = await browser.open(JSON.parse(start.text).redirectTo);
      const body = new URLSearchParams({
        email: "gina@globex.example",
        password: passwordOf("gina@globex.example"),
      });
      const end = await browser.open(page.url, { method: "POST", body });
      expect(end.url).toContain("reason=IDENTITY_NOT_ACCEPTED");
      expect(sessionCookie()).toBeUndefined();
    } finally {
      await seed();
    }
  });

  test("a provider that can't be reached", async () => {
    await seed({ providerUrl: "http://127.0.0.1:1" });
    try {
      const answer = await browser.post("/api/auth/sign-in", { email: "alice@acme.example" });
      expect([codeOf(answer.text), answer.status]).toEqual(["PROVIDER_UNAVAILABLE", 502]);
    } finally {
      await seed();
    }
  });

  test("one mail address over and over", async () => {
    const codes = new Set<string>();
    for (let i = 0; i < 61; i++) {
      const answer = await browser.post("/api/auth/sign-in", { email: "flood@acme.example" });
      if (answer.status !== 200) codes.add(codeOf(answer.text));
    }
    expect([...codes]).toEqual(["TOO_MANY_SIGN_INS"]);
    expect((await browser.post("/api/auth/sign-in", { email: "alice@acme.example" })).status).toBe(200);
  });

  test.each(["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"])(
    "a way on to another site: %s",
    async (returnTo) => {
      expect((await signIn("alice@acme.example", returnTo)).url).toBe(`${consoleUrl}/`);
    },
  );
});

describe("a session", () => {
  const later = (ms: number) => ({ now: new Date(Date.now() + ms), isActivity: false });
  const read = (ms: number) => readSession(services.authDb, sessionCookie()?.value ?? "", later(ms));

  test("ends after 30 minutes without use", async () => {
    await signIn("alice@acme.example");
    expect(await read(idleMs - 5_000)).not.toBeNull();
    expect(await read(idleMs + 5_000)).toBeNull();
  });

  test("is kept by what a person does, not by a page that asks again by itself or follows a stream", async () => {
    await signIn("alice@acme.example");
    const idleAfter = async (headers: Record<string, string>) => {
      await owner.query("UPDATE sessions SET last_seen_at = now() - interval '10 minutes'");
      expect((await browser.request("/api/trpc/session.me", { headers })).status).toBe(200);
      const { rows } = await owner.query(
        "SELECT now() - last_seen_at > interval '9 minutes' AS idle FROM sessions",
      );
      return rows.every(({ idle }) => idle);
    };
    expect(await idleAfter({ [backgroundHeader]: "1" })).toBe(true);
    expect(await idleAfter({ accept: "text/event-stream" })).toBe(true);
    await owner.query("DELETE FROM sessions");
    await signIn("alice@acme.example");
    expect(await idleAfter({})).toBe(false);
  });

  test("ends after 12 hours however busy it was", async () => {
    await signIn("alice@acme.example");
    await owner.query("UPDATE sessions SET last_seen_at = now() + interval '12 hours'");
    expect(await read(absoluteMs - 5_000)).not.toBeNull();
    expect(await read(absoluteMs + 5_000)).toBeNull();
  });

  test("signing out ends it on the server, not only in the browser", async () => {
    await signIn("alice@acme.example");
    const copied = new Browser();
    copied.cookies = [...browser.cookies];
    expect((await browser.post("/api/auth/sign-out", {})).status).toBe(204);
    expect(sessionCookie()).toBeUndefined();
    const answer = await copied.me();
    expect([answer.status, JSON.parse(answer.text).error.data.appCode]).toEqual([401, "SIGNED_OUT"]);
  });

  test("another site's page can neither sign out nor change anything with it", async () => {
    await signIn("alice@acme.example");
    expect((await browser.post("/api/auth/sign-out", {}, "http://evil.example")).status).toBe(403);
    const answer = await browser.post(
      "/api/trpc/chains.create",
      { tenant: "acme", chain: "x" },
      "http://evil.example",
    );
    expect([answer.status, JSON.parse(answer.text).error.data.appCode]).toEqual([403, "FOREIGN_ORIGIN"]);
    expect((await browser.me()).status).toBe(200);
  });
});
