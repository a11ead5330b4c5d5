// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
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
import { show } from "./show.ts";
import { withWorkspace } from "./workspace.ts";

export interface Suite {
  readonly title: string;
  /** @param args for the suite's own runner, e.g. the name of one test; signal ends it early */
  readonly run: (args: readonly string[], signal: AbortSignal) => Promise<Tally>;
}

function readReport(file: string, parse: (report: string) => Tally): Tally {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch {
    return { ...nothing, failed: 1 };
  }
}

const tool = (name: string) => join(checkout, "node_modules", ".bin", name);

async function check(_args: readonly string[], signal: AbortSignal): Promise<Tally> {
  const lint = await show([tool("biome"), "check", "--error-on-warnings", "."], signal);
  const types = await show([tool("tsc"), "--noEmit"], signal);
  return [lint, types]
    .map(({ status }) => (status === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1 }))
    .reduce(add, nothing);
}

const vitest =
  (project: string): Suite["run"] =>
  (args, signal) =>
    withWorkspace(async (folder) => {
      const report = join(folder, "report.json");
      const command = [tool("vitest"), "run", "--project", project, "--passWithNoTests"];
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
      const { status } = await show([...command, ...reporters, ...args], signal, { TMPDIR: folder });
      return withStatus(readReport(report, parseVitest), status);
    });

const browser: Suite["run"] = (args, signal) =>
  withWorkspace(async (folder) => {
    const report = join(folder, "report.json");
    const env = { TMPDIR: folder, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
    const command = [tool("playwright"), "test", "--reporter=list,json", ...args];
    const { status } = await show(command, signal, env);
    return withStatus(readReport(report, parsePlaywright), status);
  });

const buildLog = join(checkout, "node_modules", ".cache", "nfaas", "build.log");

/** Unit tests of one data plane build. */
const meson =
  (build: string, ...setupOptions: string[]): Suite["run"] =>
  async (args, signal) => {
    await buildDataplaneTests(buildLog, build, ...setupOptions);
    const { status } = await show(["meson", "test", "-C", build, "--print-errorlogs", ...args], signal);
    return withStatus(readReport(join(build, "meson-logs", "testlog.json"), parseMeson), status);
  };

const sanitizersBuild = `${dataplaneBuild}-asan`;
const sanitizers = ["-Db_sanitize=address,undefined", "-Dbuildtype=debugoptimized"];

/** Smoke tests of one data plane build. @param env shorter loads or looser bounds, for a slow build */
const smoke =
  (build: string, env: Record<string, string>, ...setupOptions: string[]): Suite["run"] =>
  async (args, signal) => {
    await buildDataplaneTests(buildLog, build, ...setupOptions);
    const command = ["bash", "dataplane/tests/smoke/run.sh", ...args];
    const { status, output } = await show(command, signal, { ...env, NFAAS_BUILD: build });
    return withStatus(parseClosingLine(output), status);
  };

/** Seconds a fuzzer runs here; longer by `dataplane/tests/datapath/fuzz/run.sh SECONDS`. */
const fuzzSeconds = "10";

const fuzz: Suite["run"] = async (args, signal) => {
  const script = "dataplane/tests/datapath/fuzz/run.sh";
  const { status, output } = await show(["sh", script, ...(args.length > 0 ? args : [fuzzSeconds])], signal);
  return withStatus(parseClosingLine(output), status);
};

/** In the order they run: the quick ones first. */
export const suites: Readonly<Record<string, Suite>> = {
  check: { title: "format, lint and types", run: check },
  unit: { title: "unit tests", run: vitest("unit") },
  dataplane: { title: "data plane, unit tests", run: meson(dataplaneBuild) },
  sanitizers: {
    title: "data plane, unit tests under AddressSanitizer and UndefinedBehaviorSanitizer",
    run: meson(sanitizersBuild, ...sanitizers),
  },
  fuzz: { title: "data plane, a short fuzzing of packets and states", run: fuzz },
  contract: { title: "Kubernetes API, contract tests", run: vitest("contract") },
  system: { title: "namespaces and processes, system tests", run: vitest("system") },
  smoke: { title: "data plane, smoke tests", run: smoke(dataplaneBuild, {}) },
  "smoke-sanitizers": {
    title: "data plane, smoke tests under AddressSanitizer and UndefinedBehaviorSanitizer",
    run: smoke(sanitizersBuild, { FLIPS: "1000", BOUND: "50", SLACK: "100" }, ...sanitizers),
  },
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
