// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Instance } from "../instance.ts";
import { checkout } from "../paths.ts";
import { databaseOwner, databaseProbe, databaseUrl, serverCommand } from "../postgres/cluster.ts";
import type { Secrets } from "../secrets.ts";
import type { Part } from "../supervisor/part.ts";
import { httpProbe, httpsProbe } from "../supervisor/probes.ts";
import type { Environment, PartEnvironments } from "./environment.ts";

/** In the order of their start. */
const partNames = [
  "postgres",
  "kubernetes-api",
  "lab",
  "operator",
  "agent",
  "identity-provider",
  "console",
] as const;
export type PartName = (typeof partNames)[number];

const tsx = fileURLToPath(import.meta.resolve("tsx"));

/** The command that runs a TypeScript file of the checkout. */
export function nodeCommand(file: string, ...args: string[]): string[] {
  return [process.execPath, "--import", tsx, join(checkout, file), ...args];
}

export function describeParts(
  instance: Instance,
  secrets: Secrets,
  environments: PartEnvironments,
): Readonly<Record<PartName, Part>> {
  const { paths, ports, url } = instance;
  const local = (port: number, path: string) => `http://127.0.0.1:${port}${path}`;
  const part = (name: PartName, command: readonly string[], env: Environment, rest: Partial<Part>): Part => ({
    name,
    command,
    env,
    cwd: checkout,
    logFile: paths.log(name),
    ...rest,
  });
  const next = join(checkout, "node_modules", "next", "dist", "bin", "next");
  const adminUrl = databaseUrl(ports.postgres, databaseOwner, secrets.databaseOwner, "postgres");
  return {
    postgres: part("postgres", serverCommand(paths.postgres, ports.postgres), environments.base, {
      probe: databaseProbe(adminUrl),
      stopSignal: "SIGINT", // fast shutdown; SIGTERM would wait for its clients
      stopGraceMs: 10_000,
    }),
    "kubernetes-api": part(
      "kubernetes-api",
      nodeCommand("operator-bridge/src/apiserver/main.ts"),
      environments.kubernetes,
      { probe: httpsProbe(`https://127.0.0.1:${ports.kube}/readyz`, paths.kubeCa) },
    ),
    lab: part("lab", nodeCommand("packages/lab/src/main.ts", "traffic"), environments.base, {}),
    operator: part("operator", nodeCommand("operator-bridge/src/operator/main.ts"), environments.operator, {
      probe: httpProbe(local(ports.operator, "/readyz")),
    }),
    agent: part("agent", nodeCommand("operator-bridge/src/agent/main.ts"), environments.agent, {
      probe: httpProbe(local(ports.agent, "/readyz")),
    }),
    "identity-provider": part(
      "identity-provider",
      nodeCommand("packages/demo/src/identity-provider/main.ts"),
      environments.identityProvider,
      { probe: httpProbe(local(ports.identityProvider, "/.well-known/openid-configuration")) },
    ),
    console: part(
      "console",
      [process.execPath, next, "start", "-H", "127.0.0.1", "-p", String(ports.console)],
      environments.console,
      { probe: httpProbe(`${url}/api/health`), stopGraceMs: 1500 },
    ),
  };
}
