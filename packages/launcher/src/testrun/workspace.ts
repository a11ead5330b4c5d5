// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, statePaths } from "../paths.ts";
import { capture } from "../process/run.ts";

/**
 * Runs with a folder for all that a suite puts into temporary folders, which is removed afterwards. Instances whose
 * state is in it are taken down first: a suite that was interrupted, or died, can't do so itself.
 */
export async function withWorkspace<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "nft-")); // short: paths of unix sockets have at most 107 bytes
  chmodSync(folder, 0o1777); // as /tmp: suites run PostgreSQL as another user
  try {
    return await work(folder);
  } finally {
    for (const state of statesIn(folder)) {
      const env = { ...process.env, NFAAS_STATE: state };
      await capture([join(checkout, "nfaas"), "down", "--purge"], { env });
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

const statesIn = (folder: string): string[] =>
  readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((state) => existsSync(statePaths(state).instance));
