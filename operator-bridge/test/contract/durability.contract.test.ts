// SPDX-License-Identifier: Apache-2.0
// What only our own server can be asked: that it loses nothing it acknowledged, and stays through its database's troubles.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { expireEvents } from "../../src/apiserver/controllers/expireEvents.ts";
import { startApiServer, Tokens } from "../../src/apiserver/index.ts";
import { Store } from "../../src/apiserver/store/store.ts";
import { type Answer, request, Watch } from "./client.ts";
import { eventually, freePort, startPostgres, type Target, temporaryFolder, token } from "./harness.ts";

const main = fileURLToPath(new URL("../../src/apiserver/main.ts", import.meta.url));
const configMaps = "/api/v1/namespaces/default/configmaps";
const configMap = (name: string) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });

/** What a test started, stopped in reverse order whatever became of it. */
let cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of cleanup.reverse()) await stop();
  cleanup = [];
});

async function keep<T>(started: Promise<{ value: T; stop: () => Promise<void> }>): Promise<T> {
  const { value, stop } = await started;
  cleanup.push(stop);
  return value;
}

/** The server as a process of its own, on a port that stays the same over its restarts. */
class ServerProcess {
  private child: ChildProcess | undefined;
  private constructor(
    readonly target: Target,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async prepare(databaseUrl: string): Promise<ServerProcess> {
    const folder = await keep(temporaryFolder());
    const tokens = join(folder, "tokens.json");
    await writeFile(tokens, JSON.stringify({ [token]: { user: "admin", groups: [] } }), { mode: 0o600 });
    const port = await freePort();
    const target: Target = {
      name: "embedded",
      url: `https://127.0.0.1:${port}`,
      caPem: "",
      token,
      kubeconfig: "",
    };
    const server = new ServerProcess(target, {
      ...process.env,
      DATABASE_URL: databaseUrl,
      NFAAS_STATE: folder,
      NFAAS_KUBE_PORT: String(port),
      NFAAS_KUBE_TOKENS: tokens,
    });
    cleanup.push(() => server.kill("SIGKILL"));
    return server;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async start(): Promise<void> {
    this.child = spawn(process.execPath, ["--import", "tsx", main], { env: this.env, stdio: "ignore" });
    await eventually(async () => {
      this.target.caPem = await readFile(join(this.env.NFAAS_STATE!, "kube", "ca.crt"), "utf8");
      return (await request(this.target, "GET", "/readyz")).code === 200 ? true : undefined;
    }, "the server's start");
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  }

  send(method: string, path: string, body?: unknown): Promise<Answer> {
    return request(this.target, method, path, body);
  }
}

/** Creates config maps from several writers until `stop`; returns the names that were acknowledged. */
function writeSteadily(
  server: ServerProcess,
  prefix: string,
): { acknowledged: string[]; stop: () => Promise<void> } {
  const acknowledged: string[] = [];
  let stopped = false;
  const writer = async (id: number) => {
    for (let index = 0; !stopped; index++) {
      const name = `${prefix}-${id}-${index}`;
      const answer = await server.send("POST", configMaps, configMap(name)).catch(() => undefined);
      if (answer?.code === 201) acknowledged.push(name);
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const writers = [1, 2, 3, 4].map(writer);
  return {
    acknowledged,
    stop: async () => {
      stopped = true;
      await Promise.all(writers);
    },
  };
}

async function storedNames(server: ServerProcess): Promise<Set<string>> {
  const { body } = await server.send("GET", configMaps);
  return new Set(body.items.map((item: { metadata: { name: string } }) => item.metadata.name));
}

const atLeast = (names: string[], count: number) =>
  eventually(async () => (names.length >= count ? true : undefined), `${count} acknowledged writes`);

describe("the embedded API's durability", () => {
  it("loses no acknowledged write to kill -9, and a watch goes on over the restart without a gap", async () => {
    const { url } = await keep(startPostgres());
    const server = await ServerProcess.prepare(url);
    await server.start();
    const before = (await server.send("GET", configMaps)).body.metadata.resourceVersion;
    const writing = writeSteadily(server, "crash");
    for (const count of [40, 80]) {
      await atLeast(writing.acknowledged, count);
      await server.kill("SIGKILL");
      await server.start();
    }
    await atLeast(writing.acknowledged, 120);
    await writing.stop();
    const stored = await storedNames(server);
    expect(writing.acknowledged.filter((name) => !stored.has(name))).toEqual([]);
    const watch = await Watch.open(server.target, `${configMaps}?resourceVersion=${before}`);
    cleanup.push(async () => watch.close());
    const told = await eventually(
      async () => (watch.seen.length >= stored.size ? watch.summary : undefined),
      "all events",
    );
    expect(told.sort()).toEqual([...stored].map((name) => `ADDED ${name}`).sort());
  });

  it("outlives a restart of PostgreSQL, answers 503 meanwhile, and keeps what it acknowledged", async () => {
    const postgres = await keep(startPostgres());
    const server = await ServerProcess.prepare(postgres.url);
    await server.start();
    const { pid } = server;
    const watch = await Watch.open(server.target, configMaps);
    cleanup.push(async () => watch.close());
    const writing = writeSteadily(server, "restart");
    await atLeast(writing.acknowledged, 20);
    let refused: Answer | undefined;
    let restarted = false;
    const restart = postgres.restart().then(() => {
      restarted = true;
    });
    while (!restarted) {
      const answer = await server.send("POST", configMaps, configMap("probe"));
      if (answer.code === 503) refused ??= answer;
    }
    await restart;
    const count = writing.acknowledged.length;
    await atLeast(writing.acknowledged, count + 20);
    await writing.stop();
    expect(refused).toMatchObject({ body: { kind: "Status", reason: "ServiceUnavailable" } });
    expect(refused?.headers["retry-after"]).toBe("1");
    expect(server.pid).toBe(pid);
    const stored = await storedNames(server);
    expect(writing.acknowledged.filter((name) => !stored.has(name))).toEqual([]);
    await eventually(async () => (watch.seen.length >= stored.size ? true : undefined), "all events");
    expect(new Set(watch.summary)).toEqual(new Set([...stored].map((name) => `ADDED ${name}`)));
  });

  it("ends quietly on SIGTERM, also while it is watched", async () => {
    const { url } = await keep(startPostgres());
    const server = await ServerProcess.prepare(url);
    await server.start();
    const watch = await Watch.open(server.target, configMaps);
    await server.kill("SIGTERM");
    await watch.ended;
    await server.start();
    expect((await server.send("GET", configMaps)).code).toBe(200);
  });
});

describe("the embedded API's database", () => {
  async function start(databaseUrl: string, more: { retainedEvents?: number; onFenced?: () => void } = {}) {
    const stateDir = await keep(temporaryFolder());
    const tokens = new Tokens({ [token]: { user: "admin", groups: [] } });
    const server = await startApiServer({ databaseUrl, stateDir, tokens, ...more });
    cleanup.push(() => server.stop());
    return { name: "embedded", ...server, token, kubeconfig: "" } as const;
  }

  it("tells a watch from a forgotten resourceVersion, or one of the future, that it is gone", async () => {
    const { url } = await keep(startPostgres());
    const server = await start(url, { retainedEvents: 5 });
    const { body: list } = await request(server, "GET", `${configMaps}?limit=1`);
    for (let index = 0; index < 20; index++)
      await request(server, "POST", configMaps, configMap(`c${index}`));
    for (const revision of [list.metadata.resourceVersion, "999999"]) {
      const watch = await Watch.open(server, `${configMaps}?resourceVersion=${revision}`);
      await watch.ended;
      expect(watch.seen).toHaveLength(1);
      expect(watch.seen[0]).toMatchObject({
        type: "ERROR",
        object: { kind: "Status", code: 410, reason: "Expired" },
      });
    }
  });

  it("fences off the server that had the database before", async () => {
    const { url } = await keep(startPostgres());
    let fenced = false;
    const first = await start(url, {
      onFenced: () => {
        fenced = true;
      },
    });
    const second = await start(url);
    const refused = await request(first, "POST", configMaps, configMap("late"));
    expect(refused).toMatchObject({ code: 503, body: { reason: "ServiceUnavailable" } });
    expect(fenced).toBe(true);
    expect((await request(first, "GET", configMaps)).code).toBe(503);
    expect((await request(second, "POST", configMaps, configMap("late"))).code).toBe(201);
  });

  it("forgets events an hour after they were last seen, and no sooner", async () => {
    const { url } = await keep(startPostgres());
    const store = await Store.open({ databaseUrl: url, retainedEvents: 100, onFenced: () => {} });
    cleanup.push(() => store.close());
    const now = Date.parse("2026-01-01T12:00:00Z");
    const event = (name: string, lastTimestamp: string) => ({
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace: "default" },
      lastTimestamp,
    });
    const key = (name: string) => ({ resource: "/events", namespace: "default", name });
    await store.transact((transaction) => {
      transaction.put(key("old"), event("old", "2026-01-01T10:59:59Z"));
      transaction.put(key("recent"), event("recent", "2026-01-01T11:00:01Z"));
    });
    await expireEvents(store, now);
    expect([...store.state.table("/events").keys()]).toEqual(["default/recent"]);
  });

  it("refuses a token file that others can read", async () => {
    const folder = await keep(temporaryFolder());
    const path = join(folder, "tokens.json");
    await writeFile(path, "{}");
    await chmod(path, 0o644);
    await expect(Tokens.read(path)).rejects.toThrow("chmod 600");
  });
});
