// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { LauncherError } from "../errors.ts";
import { hashContent, writeFileAtomic } from "../files.ts";
import { checkout, dataplaneBinary, dataplaneBuild } from "../paths.ts";
import { findByEnvironment } from "../process/identity.ts";
import { withLock } from "../process/lock.ts";
import { runLogged } from "../process/run.ts";

const inCheckout = (...paths: string[]): string[] => paths.map((path) => join(checkout, path));

/** Build outputs are shared by all instances of a checkout: one builds, the others wait for it. */
function withBuildLock<T>(output: string, work: () => Promise<T>): Promise<T> {
  const path = join(checkout, "node_modules", ".cache", "nfaas", `${output}.lock`);
  const onBusy = () =>
    new LauncherError(
      "OperationRunning",
      `another build of ${output} has not ended in 10 minutes`,
      `end it, or remove ${path}`,
    );
  return withLock(path, 600_000, onBusy, work);
}

/** Runs `build` unless the stamp says that the same inputs were built already. */
async function buildWhenChanged(
  stamp: string,
  inputs: readonly string[],
  build: () => Promise<void>,
): Promise<string> {
  const hash = hashContent(inputs);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return "up to date";
  rmSync(stamp, { force: true });
  await build();
  writeFileAtomic(stamp, hash);
  return "built";
}

/** Meson, unless the folder is set up, then ninja, which knows what is up to date. */
function buildByMeson(
  logFile: string,
  build: string,
  setupOptions: readonly string[],
  targets: readonly string[],
) {
  return withBuildLock(basename(build), async () => {
    const setUp = existsSync(join(build, "build.ninja"));
    if (!setUp)
      await runLogged(["meson", "setup", ...setupOptions, build, join(checkout, "dataplane")], logFile);
    await runLogged(["ninja", "-C", build, ...targets], logFile);
  });
}

/** The data plane's program, and what `./nfaas stats` needs to speak with it. */
export function buildDataplane(logFile: string): Promise<void> {
  const targets = [relative(dataplaneBuild, dataplaneBinary), "proto/nfaas_dataplane_pb2.py"];
  return buildByMeson(logFile, dataplaneBuild, [], targets);
}

/**
 * The data plane with its tests and tools.
 * @param build the build folder; one with sanitizers stands beside the product's
 */
export function buildDataplaneTests(
  logFile: string,
  build = dataplaneBuild,
  ...setupOptions: string[]
): Promise<void> {
  return buildByMeson(logFile, build, setupOptions, []);
}

/** Prisma's client from the schema. */
export function generateDatabaseClient(logFile: string): Promise<string> {
  const stamp = join(checkout, "server", "db", "generated", "nfaas-stamp");
  const inputs = inCheckout("prisma/schema.prisma", "prisma.config.ts", "package-lock.json");
  return withBuildLock("prisma-client", () =>
    buildWhenChanged(stamp, inputs, () =>
      runLogged(["npm", "run", "--silent", "db:generate"], logFile, { cwd: checkout }),
    ),
  );
}

const consoleBuildPrefix = ".nfaas-console-";

export function consoleBuilds(): string[] {
  return readdirSync(checkout).filter((name) => name.startsWith(consoleBuildPrefix));
}

/** Builds that other inputs made and that no console runs from. */
function removeOldConsoleBuilds(current: string): void {
  for (const name of consoleBuilds()) {
    const used = name === current || findByEnvironment({ NFAAS_CONSOLE_BUILD: name }).length > 0;
    if (!used) rmSync(join(checkout, name), { recursive: true, force: true });
  }
}

/** Next builds in .next; what it made is copied whole, without its cache. It must stand as deep: it has relative links. */
async function copyConsoleBuild(name: string): Promise<void> {
  const part = join(checkout, `${name}.part`);
  rmSync(part, { recursive: true, force: true });
  const next = join(checkout, ".next");
  const left = new Set(["cache", "dev", "trace"].map((entry) => join(next, entry)));
  await cp(next, part, { recursive: true, verbatimSymlinks: true, filter: (source) => !left.has(source) });
  renameSync(part, join(checkout, name));
}

/**
 * The console's production build, in a folder named after its inputs: a running console keeps its files while a newer
 * one is built.
 * @returns the folder's name in the checkout, for NFAAS_CONSOLE_BUILD
 */
export function buildConsole(logFile: string): Promise<string> {
  const inputs = inCheckout(
    ...[
      "app",
      "server",
      "packages/domain",
      "operator-bridge/src",
      "prisma/schema.prisma",
      "instrumentation.ts",
      "proxy.ts",
    ],
    ...["next.config.js", "postcss.config.mjs", "tsconfig.json", "package-lock.json"],
  );
  const next = join(checkout, "node_modules", "next", "dist", "bin", "next");
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" as const };
  return withBuildLock("console", async () => {
    const name = `${consoleBuildPrefix}${hashContent(inputs).slice(0, 12)}`;
    if (existsSync(join(checkout, name))) return name;
    await runLogged([process.execPath, next, "build"], logFile, { cwd: checkout, env });
    await copyConsoleBuild(name);
    removeOldConsoleBuilds(name);
    return name;
  });
}
