// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { prepareInstance, readInstance } from "./instance.ts";
import { instanceId } from "./instance-id.ts";
import { loadSecrets } from "./secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "nfaas-instance-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = (name: string, port?: string) => ({
  NODE_ENV: "test" as const,
  NFAAS_STATE: join(folder, name),
  ...(port !== undefined && { NFAAS_PORT: port }),
});

it("gives two state folders different ids and ports", async () => {
  const [one, two] = [
    await prepareInstance(environment("one", "0")),
    await prepareInstance(environment("two", "0")),
  ];
  expect(one.id).toMatch(/^nf[0-9a-f]{4}$/);
  expect(one.id).not.toBe(two.id);
  const ports = [...Object.values(one.ports), ...Object.values(two.ports)];
  expect(new Set(ports).size).toBe(12);
});

it("keeps id and ports over a restart, but replaces an inner port that became busy", async () => {
  const first = await prepareInstance(environment("kept", "0"));
  const server = createServer().listen(first.ports.kube, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const second = await prepareInstance(environment("kept"));
  server.close();
  expect(second.id).toBe(first.id);
  expect(second.ports).toEqual({ ...first.ports, kube: second.ports.kube });
  expect(second.ports.kube).not.toBe(first.ports.kube);
  expect(readInstance(environment("kept"))).toMatchObject({
    id: first.id,
    url: `http://127.0.0.1:${first.ports.console}`,
  });
});

it("takes port 3000 unless told otherwise", async () => {
  expect((await prepareInstance(environment("default"))).ports.console).toBe(3000);
  expect((await prepareInstance(environment("default", "4321"))).ports.console).toBe(4321);
});

it("makes secrets once, unlike any other's, for the owner's eyes only", async () => {
  const { paths } = await prepareInstance(environment("secret", "0"));
  const other = await prepareInstance(environment("other", "0"));
  const secrets = loadSecrets(paths);
  expect(loadSecrets(paths)).toEqual(secrets);
  expect(statSync(paths.secrets).mode & 0o777).toBe(0o600);
  expect(loadSecrets(other.paths).authSecret).not.toBe(secrets.authSecret);
});

it("names instances by their folder alone", () => {
  expect(instanceId("/a")).toBe(instanceId("/a"));
  expect(instanceId("/a")).not.toBe(instanceId("/b"));
});

it("takes another id when an instance of another state folder runs by its own, and keeps it", async () => {
  const mine = environment("collides", "0");
  const wanted = instanceId(mine.NFAAS_STATE);
  const run = async (state: string) => {
    const env = { ...process.env, NFAAS_INSTANCE: wanted, NFAAS_STATE: state };
    const sleeper = spawn("sleep", ["1000"], { env, stdio: "ignore" });
    await once(sleeper, "spawn");
    return sleeper;
  };
  const processes = [await run(mine.NFAAS_STATE)];
  try {
    expect((await prepareInstance(mine)).id).toBe(wanted);
    processes.push(await run(join(folder, "elsewhere")));
    const { id } = await prepareInstance(mine);
    expect(id).toMatch(/^nf[0-9a-f]{4}$/);
    expect(id).not.toBe(wanted);
    expect((await prepareInstance(mine)).id).toBe(id);
    expect(readInstance(mine)?.id).toBe(id);
  } finally {
    for (const sleeper of processes) sleeper.kill("SIGKILL");
  }
});
