// SPDX-License-Identifier: Apache-2.0

/** How many tests of a suite passed, failed and were skipped. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Which failed and why, a line each, as far as the runner tells. */
  readonly failures: readonly string[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0, failures: [] };

export function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
  };
}

const failureLength = 400;

const failure = (name: string, why = ""): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal begin with one
  const [line = ""] = why.replaceAll(/\u001b\[\d*m/g, "").split("\n");
  return (line === "" ? name : `${name}: ${line.trim()}`).slice(0, failureLength);
};

/** A runner that fails without naming a failed test (a file that doesn't load, a crash) is itself one failure. */
export function withStatus(tally: Tally, status: number): Tally {
  return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests?: number;
  testResults?: { assertionResults: { status: string; fullName: string; failureMessages?: string[] }[] }[];
}

/** Vitest's JSON report. */
export function parseVitest(report: string): Tally {
  const { testResults = [], ...numbers } = JSON.parse(report) as VitestReport;
  return {
    passed: numbers.numPassedTests,
    failed: numbers.numFailedTests,
    skipped: numbers.numPendingTests + (numbers.numTodoTests ?? 0),
    failures: testResults
      .flatMap((file) => file.assertionResults)
      .filter((test) => test.status === "failed")
      .map((test) => failure(test.fullName, test.failureMessages?.[0])),
  };
}

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: { ok: boolean; title: string; tests: { results: { error?: { message?: string } }[] }[] }[];
}

const failedSpecs = ({ suites = [], specs = [] }: PlaywrightSuite): string[] => [
  ...specs
    .filter((spec) => !spec.ok)
    .map((spec) =>
      failure(spec.title, spec.tests.flatMap((t) => t.results).find((r) => r.error)?.error?.message),
    ),
  ...suites.flatMap(failedSpecs),
];

/** Playwright's JSON report. A test that passed only when tried again has failed. */
export function parsePlaywright(report: string): Tally {
  const { stats, errors = [], suites } = JSON.parse(report);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
    failures: [
      ...failedSpecs({ suites }),
      ...errors.map((e: { message?: string }) => failure("run", e.message)),
    ],
  };
}

/** Meson's testlog.json: a JSON object per line and test. */
export function parseMeson(log: string): Tally {
  return log
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as { name: string; result: string })
    .map(({ name, result }): Tally => {
      if (result === "OK" || result === "EXPECTEDFAIL") return { ...nothing, passed: 1 };
      if (result === "SKIP") return { ...nothing, skipped: 1 };
      return { ...nothing, failed: 1, failures: [failure(name, result)] };
    })
    .reduce(add, nothing);
}

/**
 * The closing line of a shell runner: `12 passed, 1 failed`, with `, 2 skipped` where there were any. A failed test is a line
 * `FAILED name ...` with its reason after `FAIL: ` in one of the next.
 */
export function parseClosingLine(output: string): Tally {
  const lines = output.trimEnd().split("\n");
  const match = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/m.exec(lines.at(-1) ?? "");
  if (match === null) return { ...nothing, failed: 1, failures: [failure("run", "it ended early")] };
  return {
    passed: Number(match[1]),
    failed: Number(match[2]),
    skipped: Number(match[3] ?? 0),
    failures: output
      .split(/^(?=(?:ok|FAILED) )/m)
      .map((part) => [/^FAILED +(\S+)/.exec(part)?.[1], /FAIL: (.*)/.exec(part)?.[1]] as const)
      .flatMap(([name, why]) => (name === undefined ? [] : [failure(name, why)])),
  };
}
