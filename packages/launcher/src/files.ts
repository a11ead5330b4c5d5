// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes so that a reader sees the old content or the new, never a half. */
export function writeFileAtomic(path: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, content, { mode });
  renameSync(part, path);
}

export function writeJson(path: string, value: unknown, mode?: number): void {
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, mode);
}

/** The parsed file, or undefined when it isn't there or isn't JSON. */
export function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}

const unhashedFolders = new Set(["node_modules", ".next", "build", "generated"]);
const isHashed = (name: string) => !unhashedFolders.has(name) && !/\.test\.tsx?$/.test(name);

function* filesBelow(path: string): Generator<string> {
  const info = statSync(path, { throwIfNoEntry: false });
  if (info?.isFile()) yield path;
  if (!info?.isDirectory()) return;
  for (const name of readdirSync(path).sort()) if (isHashed(name)) yield* filesBelow(join(path, name));
}

/** A hash over the names and contents of all files at or below the given paths that a build takes in: no tests. */
export function hashContent(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths)
    for (const file of filesBelow(path)) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}
