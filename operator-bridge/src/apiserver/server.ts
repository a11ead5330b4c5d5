// SPDX-License-Identifier: Apache-2.0
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { startCleanup } from "./controllers/cleanup.ts";
import { expireEvents } from "./controllers/expireEvents.ts";
import { createRouter } from "./http/router.ts";
import { ensureFirstNamespaces } from "./resources/firstNamespaces.ts";
import { Registry } from "./resources/registry.ts";
import { Store } from "./store/store.ts";
import { ensureCertificates } from "./tls.ts";
import type { Tokens } from "./tokens.ts";

export interface ApiServerOptions {
  databaseUrl: string;
  /** The folder that holds this installation's state; certificates go to its subfolder `kube`. */
  stateDir: string;
  tokens: Tokens;
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 or absent = a free one. */
  port?: number;
  /** How many changes a watch can look back on; default 10,000. */
  retainedEvents?: number;
  /** Called when another server has taken over the database; this one answers nothing any more. */
  onFenced?: () => void;
}

export interface ApiServer {
  url: string;
  caPem: string;
  stop(): Promise<void>;
}

const housekeepingIntervalMs = 60_000;

/** Forgets what is old. A database that is away meanwhile is no news: the store is at it already. */
async function keepHouse(store: Store): Promise<void> {
  await store.compact();
  await expireEvents(store, Date.now()).catch(() => {});
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Starts the API on TLS. Rejects when the database, the certificates or the port can't be had. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { host = "127.0.0.1", port = 0, retainedEvents = 10_000, onFenced = () => {} } = options;
  const { caPem, certPem, keyPem } = await ensureCertificates(join(options.stateDir, "kube"), host);
  const store = await Store.open({ databaseUrl: options.databaseUrl, retainedEvents, onFenced });
  const registry = new Registry(store);
  await ensureFirstNamespaces(store);
  const stopCleanup = startCleanup(store, registry);
  const housekeeping = setInterval(() => void keepHouse(store), housekeepingIntervalMs);
  // Watches last as long as their clients want: no limit on a request's time but for its headers and body.
  const server = createServer({ key: keyPem, cert: certPem, keepAliveTimeout: 65_000 });
  server.on("request", createRouter({ store, registry, tokens: options.tokens }));
  const stop = async () => {
    clearInterval(housekeeping);
    stopCleanup();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    await store.close();
  };
  try {
    const address = await listen(server, port, host);
    return { url: `https://${host.includes(":") ? `[${host}]` : host}:${address.port}`, caPem, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
