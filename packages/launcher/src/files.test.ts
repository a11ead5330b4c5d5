// SPDX-License-Identifier: Apache-2.0
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { hashContent, readJson, writeJson } from "./files.ts";
import { openLog } from "./supervisor/log-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nfaas-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("hashes names and contents, not times, and nothing that is generated or a test", () => {
  const file = join(folder, "a");
  writeFileSync(file, "1");
  const hash = hashContent([folder]);
  writeFileSync(file, "1");
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "node_modules", "b"), "2");
  writeFileSync(join(folder, "a.test.ts"), "2");
  expect(hashContent([folder, join(folder, "missing")])).toBe(hash);
  writeFileSync(file, "2");
  expect(hashContent([folder])).not.toBe(hash);
  writeFileSync(file, "1");
  renameSync(file, join(folder, "b"));
  expect(hashContent([folder])).not.toBe(hash);
});

it("writes JSON whole, with its mode, and leaves no part behind", () => {
  const file = join(folder, "deep", "secret.json");
  writeJson(file, { a: 1 }, 0o600);
  expect(readJson(file)).toEqual({ a: 1 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, "deep"))).toEqual(["secret.json"]);
  writeFileSync(file, "{ half");
  expect(readJson(file)).toBeUndefined();
});

it("turns a log that has grown past 10 MiB at the next start", () => {
  const log = join(folder, "logs", "part.log");
  openLog(log);
  writeFileSync(log, Buffer.alloc(10 * 2 ** 20 + 1));
  openLog(log);
  expect(statSync(log).size).toBe(0);
  expect(existsSync(`${log}.1`)).toBe(true);
});
