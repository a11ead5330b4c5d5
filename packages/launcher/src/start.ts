// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashContent, writeFileAtomic } from "./files.ts";
import type { Instance } from "./instance.ts";
import { type Environment, partEnvironments } from "./parts/environment.ts";
import { writeKubeconfigs, writeKubeTokens } from "./parts/kube-access.ts";
import { describeParts, nodeCommand, type PartName } from "./parts/parts.ts";
import { checkout } from "./paths.ts";
import { createCluster, createDatabase, databaseOwner, databaseUrl } from "./postgres/cluster.ts";
import { runLogged } from "./process/run.ts";
import type { Progress } from "./progress.ts";
import { loadSecrets } from "./secrets.ts";
import { buildAll } from "./steps/build-all.ts";
import type { Supervisor } from "./supervisor/supervisor.ts";

/** What a whole start needs; `externalDatabase` is the owner's URL of a PostgreSQL that isn't ours. */
export interface StartContext {
  readonly instance: Instance;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly externalDatabase: string | undefined;
  /** Tenants whose demo chain is made; undefined for all. */
  readonly demoChains: string | undefined;
  readonly labTraffic: string | undefined;
}

/**
 * Brings a whole instance up: what doesn't wait for another runs beside it. Each step leaves the world so that
 * running it again does no harm.
 */
export async function startAll(context: StartContext): Promise<void> {
  const { instance, supervisor, progress } = context;
  const { paths } = instance;
  const secrets = loadSecrets(paths);
  const environments = partEnvironments(instance, secrets, context.externalDatabase);
  const parts = describeParts(instance, secrets, environments);
  const buildLog = paths.log("build");
  const startPart = (name: PartName, title: string, env: Environment = {}) =>
    progress.step(title, () => supervisor.start({ ...parts[name], env: { ...parts[name].env, ...env } }));
  const runTask = (title: string, file: string, env: Environment) =>
    progress.step(title, () =>
      runLogged(nodeCommand(file), paths.log("tasks"), { cwd: checkout, env: asProcess(env) }),
    );

  writeKubeTokens(instance, secrets);
  const database = startDatabase(context, secrets.databaseOwner, asProcess(environments.base), () =>
    startPart("postgres", "database"),
  );
  const { packages, dataplane, consoleBuild } = buildAll(progress, buildLog);
  const lab = packages.then(() =>
    startPart(
      "lab",
      "lab",
      context.labTraffic === undefined ? {} : { NFAAS_LAB_TRAFFIC: context.labTraffic },
    ),
  );
  const migrations = database.then(() =>
    progress.step("database, migrations", () => migrate(context, environments.migrations)),
  );
  const identityProvider = startPart("identity-provider", "identity provider (demo)");
  const kubernetes = database
    .then(() => startPart("kubernetes-api", "Kubernetes API"))
    .then(() => writeKubeconfigs(instance, secrets))
    .then(() => runTask("resource definitions", "operator-bridge/src/install/main.ts", environments.install));
  const operator = kubernetes.then(() => startPart("operator", "operator"));
  const agent = Promise.all([kubernetes, dataplane, lab]).then(() => startPart("agent", "agent"));
  const console = Promise.all([consoleBuild, migrations, kubernetes]).then(([build]) =>
    startPart("console", "console", { NFAAS_CONSOLE_BUILD: build }),
  );
  const demo = {
    ...environments.seed,
    ...(context.demoChains !== undefined && { NFAAS_DEMO_CHAINS: context.demoChains }),
  };
  const seed = Promise.all([console, operator, agent, identityProvider]).then(() =>
    runTask("demo tenants and chains", "packages/demo/src/seed/main.ts", demo),
  );
  await Promise.all([
    packages,
    dataplane,
    lab,
    consoleBuild,
    migrations,
    identityProvider,
    operator,
    agent,
    console,
    seed,
  ]);
}

/** The environment of a task, and nothing of the launcher's own. */
const asProcess = (env: Environment): NodeJS.ProcessEnv => ({ ...env }) as NodeJS.ProcessEnv;

async function startDatabase(
  context: StartContext,
  password: string,
  env: NodeJS.ProcessEnv,
  startServer: () => Promise<void>,
): Promise<void> {
  if (context.externalDatabase !== undefined)
    return context.progress.note("database: the one of DATABASE_URL");
  const { paths, ports } = context.instance;
  if (!existsSync(join(paths.postgres, "PG_VERSION")))
    await context.progress.step("database cluster", () => createCluster(paths.postgres, password, env));
  await startServer();
  await createDatabase(databaseUrl(ports.postgres, databaseOwner, password, "postgres"));
}

/** Runs the migrations, unless our own database has had exactly these. */
async function migrate(context: StartContext, env: Environment): Promise<string> {
  const { paths } = context.instance;
  const stamp = join(paths.postgres, "nfaas-migrations.stamp");
  const hash = hashContent([join(checkout, "prisma", "migrations"), paths.secrets]);
  const ours = context.externalDatabase === undefined;
  if (ours && existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return "up to date";
  await runLogged(["npm", "run", "--silent", "db:migrate"], paths.log("tasks"), {
    cwd: checkout,
    env: asProcess(env),
  });
  if (ours) writeFileAtomic(stamp, hash);
  return "applied";
}
