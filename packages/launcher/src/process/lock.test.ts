// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { withLock } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "nfaas-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const busy = () => new Error("busy");

it("lets one holder in and tells the other", async () => {
  const path = join(folder, "one");
  await withLock(path, 0, busy, async () => {
    await expect(withLock(path, 0, busy, async () => {})).rejects.toThrow("busy");
  });
  expect(existsSync(path)).toBe(false);
});

it("takes over the lock of a holder that died", async () => {
  const path = join(folder, "dead");
  writeFileSync(path, JSON.stringify({ pid: process.pid, startTime: "1" })); // this pid, but an earlier process
  expect(await withLock(path, 0, busy, async () => "in")).toBe("in");
});

it("lets go when the work fails", async () => {
  const path = join(folder, "fails");
  await expect(withLock(path, 0, busy, () => Promise.reject(new Error("work")))).rejects.toThrow("work");
  expect(existsSync(path)).toBe(false);
});
