// SPDX-License-Identifier: Apache-2.0
import { linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readJson } from "../files.ts";
import { identify, isAlive, type ProcessIdentity } from "./identity.ts";
import { waitUntil } from "./wait.ts";

/** One attempt; a lock whose holder died is taken over. */
function tryLock(path: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  const holder = readJson<ProcessIdentity>(path);
  if (holder !== undefined && !isAlive(holder)) rmSync(path, { force: true });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    linkSync(own, path); // atomic, and the file is whole when it appears
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Runs `work` while holding the lock file.
 * @param waitMs how long to wait for another holder
 * @throws what `onBusy` gives when another live process still holds it then
 */
export async function withLock<T>(
  path: string,
  waitMs: number,
  onBusy: (holder: ProcessIdentity | undefined) => Error,
  work: () => Promise<T>,
): Promise<T> {
  if (!(await waitUntil(() => tryLock(path), waitMs, 200))) throw onBusy(readJson<ProcessIdentity>(path));
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}
