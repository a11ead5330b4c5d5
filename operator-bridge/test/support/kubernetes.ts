// SPDX-License-Identifier: Apache-2.0
// A Kubernetes API of a test's own: the embedded one, or the real one where KUBEBUILDER_ASSETS says where it is.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, startPostgres } from "../../../server/test/postgres.ts";
import { startApiServer, Tokens, writeKubeconfig } from "../../src/apiserver/index.ts";
import { KubernetesClient } from "../../src/kubernetes/client.ts";
import { eventually } from "./eventually.ts";

const serviceAccounts = ["nfaas-operator", "nfaas-agent"] as const;
export type ServiceAccount = (typeof serviceAccounts)[number];

export interface TestKubernetes {
  client: KubernetesClient;
  kubeconfig: string;
  /** As a service account of nfaas-system, where roles are enforced. */
  clientAs?(serviceAccount: ServiceAccount): Promise<KubernetesClient>;
  /** Ends the API, and starts it again when the answer is called. Undefined where that can't be done. */
  interrupt?(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

const run = promisify(execFile);

async function startEmbedded(): Promise<TestKubernetes> {
  const folder = await mkdtemp(join(tmpdir(), "nfaas-kube-"));
  const postgres = await startPostgres();
  const tokens = new Tokens({ admin: { user: "admin", groups: ["system:masters"] } });
  const options = { databaseUrl: postgres.url, stateDir: folder, tokens };
  let server = await startApiServer(options);
  const kubeconfig = join(folder, "kubeconfig");
  await writeKubeconfig(kubeconfig, { url: server.url, caPem: server.caPem, token: "admin", user: "admin" });
  const client = KubernetesClient.fromFile(kubeconfig);
  const stop = async () => {
    client.close();
    await server.stop();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const interrupt = async () => {
    const port = Number(new URL(server.url).port);
    await server.stop();
    return async () => {
      server = await startApiServer({ ...options, port });
    };
  };
  return { client, kubeconfig, interrupt, stop };
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once("exit", () => resolve()));

const isServing = (url: string, ca: string): Promise<boolean> =>
  new Promise((resolve) => {
    https
      .get(`${url}/readyz`, { ca, headers: { authorization: "Bearer admin" } }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      })
      .on("error", () => resolve(false));
  });

async function startReal(assets: string): Promise<TestKubernetes> {
  const folder = await mkdtemp(join(tmpdir(), "nfaas-kube-"));
  const [key, cert] = [join(folder, "server.key"), join(folder, "server.crt")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  await run("openssl", ["req", "-x509", ...curve, "-keyout", key, "-out", cert, ...subject]);
  const tokens = [
    'admin,admin,1,"system:masters"',
    ...serviceAccounts.map(
      (name, i) => `${name},system:serviceaccount:nfaas-system:${name},${i + 2},"system:serviceaccounts"`,
    ),
  ];
  await writeFile(join(folder, "tokens.csv"), `${tokens.join("\n")}\n`, { mode: 0o600 });
  const [clients, peers, secure] = [await freePort(), await freePort(), await freePort()];
  const local = (port: number) => `http://127.0.0.1:${port}`;
  const etcd = spawn(
    join(assets, "etcd"),
    [
      ["--data-dir", join(folder, "etcd")],
      ["--listen-client-urls", local(clients), "--advertise-client-urls", local(clients)],
      ["--listen-peer-urls", local(peers), "--initial-advertise-peer-urls", local(peers)],
      ["--initial-cluster", `default=${local(peers)}`, "--unsafe-no-fsync", "--log-level", "fatal"],
    ].flat(),
    { stdio: "ignore" },
  );
  const server = spawn(
    join(assets, "kube-apiserver"),
    [
      `--etcd-servers=${local(clients)}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${secure}`,
      `--tls-cert-file=${cert}`,
      `--tls-private-key-file=${key}`,
      `--token-auth-file=${join(folder, "tokens.csv")}`,
    ],
    { stdio: "ignore" },
  );
  const stop = async () => {
    server.kill("SIGTERM");
    await ended(server);
    etcd.kill("SIGTERM");
    await ended(etcd);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [url, ca] = [`https://127.0.0.1:${secure}`, await readFile(cert, "utf8")];
    await eventually("the API server is ready", () => isServing(url, ca), 60_000);
    const kubeconfig = join(folder, "kubeconfig");
    await writeKubeconfig(kubeconfig, { url, caPem: ca, token: "admin", user: "admin" });
    const client = KubernetesClient.fromFile(kubeconfig);
    const clientAs = async (user: ServiceAccount) => {
      const path = join(folder, `kubeconfig.${user}`);
      await writeKubeconfig(path, { url, caPem: ca, token: user, user });
      return KubernetesClient.fromFile(path);
    };
    return {
      client,
      kubeconfig,
      clientAs,
      stop: async () => {
        client.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export interface Target {
  name: string;
  start(): Promise<TestKubernetes>;
}

/** The embedded API always; the real one when it is there. Says so when it is not. */
export function kubernetesTargets(): Target[] {
  const targets: Target[] = [{ name: "embedded Kubernetes API", start: startEmbedded }];
  const assets = process.env.KUBEBUILDER_ASSETS;
  if (assets) targets.push({ name: "real Kubernetes API", start: () => startReal(assets) });
  else console.warn("KUBEBUILDER_ASSETS is not set: skipping the real Kubernetes API");
  return targets;
}
