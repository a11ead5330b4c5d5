// SPDX-License-Identifier: Apache-2.0
// The embedded Kubernetes API as a process. Settings come from the environment; the README beside says which.
import { startApiServer } from "./server.ts";
import { Tokens } from "./tokens.ts";

const exitFailed = 1;
const exitFenced = 3;

function setting(name: string, fallback?: string): string {
  const value = process.env[name] || fallback;
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

async function main(): Promise<void> {
  const server = await startApiServer({
    databaseUrl: setting("DATABASE_URL"),
    stateDir: setting("NFAAS_STATE", ".nfaas"),
    tokens: await Tokens.read(setting("NFAAS_KUBE_TOKENS")),
    host: setting("NFAAS_KUBE_HOST", "127.0.0.1"),
    port: Number(setting("NFAAS_KUBE_PORT", "6443")),
    onFenced: () => {
      console.error("apiserver: another server has taken over this database");
      process.exit(exitFenced);
    },
  });
  const stop = () => void server.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(`apiserver: ready at ${server.url}`);
}

main().catch((error) => {
  console.error(`apiserver: ${error instanceof Error ? error.message : error}`);
  process.exit(exitFailed);
});
