// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { realms } from "../realms.ts";
import { loadKeys } from "./keys.ts";
import { loginPage } from "./page.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nfaas-keys-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("the signing key is made once, stays over a restart, and is its owner's alone", () => {
  const file = join(folder, "idp", "keys.json");
  const made = loadKeys(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(loadKeys(file)).toEqual(made);
});

test("what a stranger puts into the address stays text on the sign-in page", () => {
  const [realm] = realms;
  if (!realm) throw new Error("no realm");
  const html = loginPage({ realm, email: '"><script>alert(1)</script>', error: "<b>", nonce: "n" });
  expect(html).not.toContain("<script>");
  expect(html).not.toContain("<b>");
});
