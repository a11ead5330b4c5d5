// SPDX-License-Identifier: Apache-2.0

import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Progress } from "../progress.ts";
import { generateDatabaseClient } from "../steps/builds.ts";
import { installDebianPackages, productPackages, testPackages } from "../steps/debian-packages.ts";
import { add, nothing, type Tally } from "../testrun/results.ts";
import { type Suite, selectSuites, suites } from "../testrun/suites.ts";
import type { Command } from "./options.ts";

/** What the suites need from outside; only what is missing is installed or made. */
async function prepare(progress: Progress): Promise<void> {
  const log = join(tmpdir(), `nfaas-test-${process.pid}.log`);
  const packages = [...productPackages, ...testPackages];
  await Promise.all([
    progress.step("Debian packages", () => installDebianPackages(packages, log)),
    progress.step("database client, generate", () => generateDatabaseClient(log)),
  ]);
  rmSync(log, { force: true });
}

function describe({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** Aborts when the run is to end early: the suite that runs is ended with all it started, and no other begins. */
function untilInterrupted(): AbortSignal {
  const interrupting = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => interrupting.abort());
  return interrupting.signal;
}

/** A suite that can't even run is a failure of it, told and counted; the others still run. */
async function runSuite(suite: Suite, args: readonly string[], signal: AbortSignal): Promise<Tally> {
  process.stdout.write(`\n=== ${suite.title}\n`);
  const begun = performance.now();
  const tally = await suite.run(args, signal).catch((error: unknown): Tally => {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return { ...nothing, failed: 1, failures: [String(error)] };
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(
    `  ${tally.failed > 0 ? "✗" : "✓"}  ${suite.title}: ${describe(tally)} (${seconds} s)\n`,
  );
  return tally;
}

export const test: Command = {
  summary: "run the tests, all or some suites",
  usage: `usage: ./nfaas test [SUITE...] [-- ARGUMENT...]
  ARGUMENT   for the suite's own runner, e.g. a file name
suites:
${Object.entries(suites)
  .map(([name, { title }]) => `  ${name.padEnd(11)}${title}`)
  .join("\n")}`,
  async run(args) {
    const dashes = args.indexOf("--");
    const names = dashes < 0 ? args : args.slice(0, dashes);
    const selected = selectSuites(names);
    const progress = new Progress((line) => process.stdout.write(`${line}\n`));
    await prepare(progress);
    const tallies: [Suite, Tally][] = [];
    progress.close();
    const signal = untilInterrupted();
    for (const [, suite] of selected) {
      if (signal.aborted) break;
      tallies.push([suite, await runSuite(suite, dashes < 0 ? [] : args.slice(dashes + 1), signal)]);
    }
    const total = tallies.map(([, tally]) => tally).reduce(add, nothing);
    process.stdout.write("\n=== summary\n");
    for (const [suite, tally] of tallies) process.stdout.write(`  ${suite.title}: ${describe(tally)}\n`);
    for (const [suite, { failures }] of tallies)
      for (const line of failures) process.stdout.write(`  failed, ${suite.title}: ${line}\n`);
    if (total.skipped > 0) process.stdout.write(`  skipped in all: ${total.skipped}\n`);
    process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
    if (signal.aborted) process.stdout.write("interrupted: the run is not whole\n");
    return total.failed === 0 && !signal.aborted ? 0 : 1;
  },
};
