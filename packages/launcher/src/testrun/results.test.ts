// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import {
  nothing,
  parseClosingLine,
  parseMeson,
  parsePlaywright,
  parseVitest,
  withStatus,
} from "./results.ts";

describe("test totals", () => {
  it("count every outcome of Meson's log once", () => {
    const log = ["OK", "FAIL", "TIMEOUT", "SKIP", "ERROR", "OK"].map((result) =>
      JSON.stringify({ name: "t", result }),
    );
    expect(parseMeson(`${log.join("\n")}\n`)).toMatchObject({ passed: 2, failed: 3, skipped: 1 });
  });

  it("read Vitest's and Playwright's reports; flaky is failed", () => {
    expect(parseVitest('{"numPassedTests":5,"numFailedTests":1,"numPendingTests":2}')).toMatchObject({
      passed: 5,
      failed: 1,
      skipped: 2,
    });
    const playwright = {
      stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 },
      errors: [{ message: "setup" }],
    };
    expect(parsePlaywright(JSON.stringify(playwright))).toMatchObject({ passed: 3, failed: 3, skipped: 0 });
  });

  it("take a shell runner's last line only, and its absence as a failure", () => {
    expect(parseClosingLine("ok a\n9 passed, 0 failed\n")).toMatchObject({
      passed: 9,
      failed: 0,
      skipped: 0,
    });
    expect(parseClosingLine("9 passed, 0 failed\nsegmentation fault")).toMatchObject({ failed: 1 });
  });

  it("name what failed and why, a line each", () => {
    const shell = "ok      a  1 ms\nFAILED  b  2 ms\n    FAIL: 3 of 4 lost\n    more\n1 passed, 1 failed\n";
    expect(parseClosingLine(shell).failures).toEqual(["b: 3 of 4 lost"]);
    expect(parseMeson('{"name":"maglev","result":"TIMEOUT"}').failures).toEqual(["maglev: TIMEOUT"]);
    const assertionResults = [
      { status: "passed", fullName: "x" },
      { status: "failed", fullName: "y z", failureMessages: ["\u001b[31mno\u001b[39m\nat line 3"] },
    ];
    expect(parseVitest(JSON.stringify({ testResults: [{ assertionResults }] })).failures).toEqual([
      "y z: no",
    ]);
    const tests = [{ results: [{}, { error: { message: "timed out\nlog" } }] }];
    const specs = [
      { ok: false, title: "draws", tests },
      { ok: true, title: "signs in", tests: [] },
    ];
    const report = { stats: {}, errors: [], suites: [{ suites: [{ specs }] }] };
    expect(parsePlaywright(JSON.stringify(report)).failures).toEqual(["draws: timed out"]);
  });

  it("never call a runner that failed green", () => {
    expect(withStatus({ ...nothing, passed: 4 }, 1).failed).toBe(1);
    expect(withStatus({ ...nothing, passed: 4, failed: 2 }, 1).failed).toBe(2);
    expect(withStatus({ ...nothing, passed: 4 }, 0).failed).toBe(0);
  });
});
