// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { statePaths } from "../paths.ts";
import { findFreePort } from "../ports.ts";
import {
  checkCgroups,
  checkConsolePort,
  checkHugepages,
  checkMemory,
  checkNode,
  checkSocketPaths,
  checkSystem,
} from "./checks.ts";
import { describeChecks } from "./preflight.ts";

const folder = mkdtempSync(join(tmpdir(), "nfaas-preflight-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("preflight", () => {
  it("names the process that holds the console's port, and another way", async () => {
    const port = await findFreePort(new Set());
    const server = createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const busy = await checkConsolePort(port);
    server.close();
    expect(busy).toMatchObject({ outcome: "fail", error: { code: "NFAAS-E106" } });
    expect(busy.detail).toContain(`process ${process.pid} (`);
    expect(busy.error?.mend).toContain("NFAAS_PORT=");
  });

  it("refuses a port that is no port", async () => {
    expect((await checkConsolePort(Number("x"))).outcome).toBe("fail");
    expect((await checkConsolePort(70_000)).outcome).toBe("fail");
  });

  it("refuses a state folder in which a pod's socket path would not fit", () => {
    expect(checkSocketPaths(statePaths("/var/lib/nfaas")).outcome).toBe("ok");
    const deep = checkSocketPaths(statePaths(`/${"a".repeat(80)}`));
    expect(deep).toMatchObject({ outcome: "fail", error: { code: "NFAAS-E107" } });
  });

  it.each([
    ["20.18.3", "fail"],
    ["20.19.0", "ok"],
    ["22.1.0", "ok"],
    ["18.20.0", "fail"],
  ])("takes Node %s as %s", (version, outcome) => {
    expect(checkNode(version).outcome).toBe(outcome);
  });

  it("does without hugepages but says how to have them", () => {
    expect(checkHugepages("HugePages_Free:      64\n").outcome).toBe("ok");
    expect(checkHugepages("HugePages_Free:       0\n")).toMatchObject({
      outcome: "note",
      error: { code: "NFAAS-E110" },
    });
  });

  it("refuses too little memory and a system without apt-get", () => {
    expect(checkMemory(2 ** 30)).toMatchObject({ outcome: "fail", error: { code: "NFAAS-E104" } });
    const release = join(folder, "os-release");
    writeFileSync(release, 'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian 11"\n');
    expect(checkSystem(release)).toMatchObject({
      detail: expect.stringContaining("Debian 11"),
      error: { code: "NFAAS-E102" },
    });
  });

  it("goes on without cgroups and says what is lost", () => {
    expect(checkCgroups(join(folder, "none"))).toMatchObject({
      outcome: "note",
      error: { code: "NFAAS-E108" },
    });
  });

  it("prints code and mend below each failure", () => {
    const text = describeChecks([checkNode("18.0.0"), checkHugepages("HugePages_Free: 3\n")]);
    expect(text).toMatch(/✗ {2}node: NFAAS-E103 .*\n +what to do: /);
    expect(text).toMatch(/✓ {2}hugepages: 3 free/);
  });
});
