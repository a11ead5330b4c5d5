// SPDX-License-Identifier: Apache-2.0

/** How many tests of a suite passed, failed and were skipped. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A runner that fails without naming a failed test (a file that doesn't load, a crash) is itself one failure. */
export function withStatus(tally: Tally, status: number): Tally {
  return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/** Vitest's JSON report. */
export function parseVitest(report: string): Tally {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(report);
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + (numTodoTests ?? 0) };
}

/** Playwright's JSON report. A test that passed only when tried again has failed. */
export function parsePlaywright(report: string): Tally {
  const { stats, errors = [] } = JSON.parse(report);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}

/** Meson's testlog.json: a JSON object per line and test. */
export function parseMeson(log: string): Tally {
  return log
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => (JSON.parse(line) as { result: string }).result)
    .map((result): Tally => {
      if (result === "OK" || result === "EXPECTEDFAIL") return { ...nothing, passed: 1 };
      return result === "SKIP" ? { ...nothing, skipped: 1 } : { ...nothing, failed: 1 };
    })
    .reduce(add, nothing);
}

/** The closing line of a shell runner: `12 passed, 1 failed`, with `, 2 skipped` where there were any. */
export function parseClosingLine(output: string): Tally {
  const match = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/m.exec(
    output.trimEnd().split("\n").at(-1) ?? "",
  );
  if (match === null) return { ...nothing, failed: 1 };
  return { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3] ?? 0) };
}
