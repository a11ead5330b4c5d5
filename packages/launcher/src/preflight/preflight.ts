// SPDX-License-Identifier: Apache-2.0
import type { StatePaths } from "../paths.ts";
import {
  type CheckResult,
  checkCgroups,
  checkConsolePort,
  checkDisk,
  checkHugepages,
  checkMemory,
  checkNamespaces,
  checkNode,
  checkPrivileges,
  checkSocketPaths,
  checkSystem,
} from "./checks.ts";

/** Looks at the machine before a start and changes nothing. */
export async function runPreflight(paths: StatePaths, consolePort: number): Promise<CheckResult[]> {
  return [
    checkPrivileges(),
    checkSystem(),
    checkNode(),
    checkMemory(),
    checkDisk(paths.root),
    checkHugepages(),
    checkNamespaces(),
    checkCgroups(),
    checkSocketPaths(paths),
    await checkConsolePort(consolePort),
  ];
}

const marks = { ok: "✓", note: "·", fail: "✗" } as const;

/** One line per check, and what to do below those that failed. */
export function describeChecks(results: readonly CheckResult[]): string {
  return results
    .map(({ name, outcome, detail, error }) => {
      const line = `  ${marks[outcome]}  ${name}: ${error ? `${error.code} ` : ""}${detail}`;
      return error ? `${line}\n       what to do: ${error.mend}` : line;
    })
    .join("\n");
}
