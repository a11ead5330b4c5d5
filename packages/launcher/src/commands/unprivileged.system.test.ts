// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkout } from "../paths.ts";
import { capture } from "../process/run.ts";

const folder = mkdtempSync(join(tmpdir(), "nfaas-unprivileged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("refuses a start without root, changes nothing, and prints the lines for an administrator", async () => {
  const state = join(folder, "state");
  const withoutPrivileges = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--securebits=+noroot"];
  const env = { ...process.env, NFAAS_STATE: state };
  const { status, stderr } = await capture([...withoutPrivileges, join(checkout, "nfaas"), "up"], { env });
  expect(status).toBe(1);
  expect(stderr).toMatch(/^NFAAS-E101 .*CAP_NET_ADMIN/m);
  expect(stderr).toContain(`    cd ${checkout}\n    ./nfaas up`);
  expect(existsSync(state)).toBe(false);
});
