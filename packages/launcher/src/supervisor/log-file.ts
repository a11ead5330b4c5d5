// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

const rotateAtBytes = 10 * 2 ** 20;

/** Opens a log for appending; one that has grown past 10 MiB becomes `<name>.1` first, in place of an older one. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes) renameSync(path, `${path}.1`);
  return openSync(path, "a", 0o600);
}
