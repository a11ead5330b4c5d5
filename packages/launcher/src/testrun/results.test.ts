// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { parseClosingLine, parseMeson, parsePlaywright, parseVitest, withStatus } from "./results.ts";

describe("test totals", () => {
  it("count every outcome of Meson's log once", () => {
    const log = ["OK", "FAIL", "TIMEOUT", "SKIP", "ERROR", "OK"].map((result) =>
      JSON.stringify({ name: "t", result }),
    );
    expect(parseMeson(`${log.join("\n")}\n`)).toEqual({ passed: 2, failed: 3, skipped: 1 });
  });

  it("read Vitest's and Playwright's reports; flaky is failed", () => {
    expect(parseVitest('{"numPassedTests":5,"numFailedTests":1,"numPendingTests":2}')).toEqual({
      passed: 5,
      failed: 1,
      skipped: 2,
    });
    const playwright = {
      stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 },
      errors: [{ message: "setup" }],
    };
    expect(parsePlaywright(JSON.stringify(playwright))).toEqual({ passed: 3, failed: 3, skipped: 0 });
  });

  it("take a shell runner's last line only, and its absence as a failure", () => {
    expect(parseClosingLine("ok a\n9 passed, 0 failed\n")).toEqual({ passed: 9, failed: 0, skipped: 0 });
    expect(parseClosingLine("9 passed, 0 failed\nsegmentation fault")).toMatchObject({ failed: 1 });
  });

  it("never call a runner that failed green", () => {
    expect(withStatus({ passed: 4, failed: 0, skipped: 0 }, 1).failed).toBe(1);
    expect(withStatus({ passed: 4, failed: 2, skipped: 0 }, 1).failed).toBe(2);
    expect(withStatus({ passed: 4, failed: 0, skipped: 0 }, 0).failed).toBe(0);
  });
});
