// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LauncherError } from "../errors.ts";
import { checkout, dataplaneBuild } from "../paths.ts";
import { buildDataplaneTests } from "../steps/builds.ts";
import {
  add,
  nothing,
  parseClosingLine,
  parseMeson,
  parsePlaywright,
  parseVitest,
  type Tally,
  withStatus,
} from "./results.ts";

export interface Suite {
  readonly title: string;
  /** @param args for the suite's own runner, e.g. the name of one test */
  readonly run: (args: readonly string[]) => Promise<Tally>;
}

interface Ran {
  readonly status: number;
  readonly output: string;
}

/** Runs a test command in the checkout; its output is shown as it comes and given back. */
function show(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: checkout,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      process.stdout.write(chunk);
      chunks.push(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ status: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** Runs with the path of a report file that is read and removed afterwards. */
async function withReport(
  run: (file: string) => Promise<Ran>,
  parse: (report: string) => Tally,
): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "nfaas-report-"));
  try {
    const file = join(folder, "report.json");
    const { status } = await run(file);
    return withStatus(readReport(file, parse), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file: string, parse: (report: string) => Tally): Tally {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch {
    return { ...nothing, failed: 1 };
  }
}

const tool = (name: string) => join(checkout, "node_modules", ".bin", name);

async function check(): Promise<Tally> {
  const lint = await show([tool("biome"), "check", "--error-on-warnings", "."]);
  const types = await show([tool("tsc"), "--noEmit"]);
  return [lint, types]
    .map(({ status }) => (status === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 }))
    .reduce(add, nothing);
}

function vitest(project: string, args: readonly string[]): Promise<Tally> {
  const run = (file: string) =>
    show([
      ...[tool("vitest"), "run", "--project", project, "--passWithNoTests"],
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args],
    ]);
  return withReport(run, parseVitest);
}

function browser(args: readonly string[]): Promise<Tally> {
  const run = (file: string) =>
    show([tool("playwright"), "test", "--reporter=list,json", ...args], {
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    });
  return withReport(run, parsePlaywright);
}

const buildLog = join(checkout, "node_modules", ".cache", "nfaas", "build.log");

/** Unit tests of one data plane build. */
async function meson(build: string, args: readonly string[], ...setupOptions: string[]): Promise<Tally> {
  await buildDataplaneTests(buildLog, build, ...setupOptions);
  const { status } = await show(["meson", "test", "-C", build, "--print-errorlogs", ...args]);
  return withStatus(readReport(join(build, "meson-logs", "testlog.json"), parseMeson), status);
}

const sanitizers = ["-Db_sanitize=address,undefined", "-Dbuildtype=debugoptimized"];

async function smoke(args: readonly string[]): Promise<Tally> {
  await buildDataplaneTests(buildLog, dataplaneBuild);
  const { status, output } = await show(["bash", "dataplane/tests/smoke/run.sh", ...args]);
  return withStatus(parseClosingLine(output), status);
}

/** In the order they run: the quick ones first. */
export const suites: Readonly<Record<string, Suite>> = {
  check: { title: "format, lint and types", run: check },
  unit: { title: "unit tests", run: (args) => vitest("unit", args) },
  dataplane: { title: "data plane, unit tests", run: (args) => meson(dataplaneBuild, args) },
  sanitizers: {
    title: "data plane, unit tests under AddressSanitizer and UndefinedBehaviorSanitizer",
    run: (args) => meson(`${dataplaneBuild}-asan`, args, ...sanitizers),
  },
  contract: { title: "Kubernetes API, contract tests", run: (args) => vitest("contract", args) },
  system: { title: "namespaces and processes, system tests", run: (args) => vitest("system", args) },
  smoke: { title: "data plane, smoke tests", run: smoke },
  browser: { title: "browser tests of the whole", run: browser },
};

/** @throws LauncherError Usage for a name that is no suite */
export function selectSuites(names: readonly string[]): [string, Suite][] {
  const unknown = names.find((name) => suites[name] === undefined);
  if (unknown !== undefined)
    throw new LauncherError(
      "Usage",
      `there is no test suite ${unknown}`,
      `one of: ${Object.keys(suites).join(", ")}`,
    );
  return Object.entries(suites).filter(([name]) => names.length === 0 || names.includes(name));
}
