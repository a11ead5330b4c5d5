// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readJson } from "../files.ts";
import { type Instance, prepareInstance } from "../instance.ts";
import { isAlive } from "../process/identity.ts";
import { waitUntil } from "../process/wait.ts";
import type { InstanceStatus, Part } from "./part.ts";
import { Supervisor } from "./supervisor.ts";

let folder: string;
let instance: Instance;
let supervisor: Supervisor;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "nfaas-supervisor-"));
  instance = await prepareInstance({ NODE_ENV: "test", NFAAS_STATE: folder, NFAAS_PORT: "0" });
  supervisor = new Supervisor(instance);
});

afterEach(async () => {
  await supervisor.stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const shell = (script: string, rest: Partial<Part> = {}): Part => ({
  name: "part",
  command: ["sh", "-c", script],
  env: { PATH: process.env.PATH ?? "" },
  cwd: folder,
  logFile: join(folder, "part.log"),
  ...rest,
});

const recorded = () => readJson<InstanceStatus>(instance.paths.status)?.parts[0];

describe("supervisor", () => {
  it("starts a part again after kill -9 and counts it", async () => {
    await supervisor.start(shell("exec sleep 1000"));
    const first = recorded()?.process;
    process.kill(first?.pid as number, "SIGKILL");
    expect(await waitUntil(() => recorded()?.state === "ready" && recorded()?.restarts === 1, 10_000)).toBe(
      true,
    );
    expect(recorded()?.process).not.toEqual(first);
    expect(recorded()?.lastExit).toBe("SIGKILL");
  });

  it("calls a part ready only when its probe says so, and unready when it no longer does", async () => {
    const mark = join(folder, "ready");
    const started = supervisor.start(
      shell(`touch ${mark}; exec sleep 1000`, { probe: async () => existsSync(mark) }),
    );
    await started;
    expect(existsSync(mark)).toBe(true);
    rmSync(mark);
    expect(await waitUntil(() => recorded()?.state === "unready", 15_000)).toBe(true);
    writeFileSync(mark, "");
    expect(await waitUntil(() => recorded()?.state === "ready", 15_000)).toBe(true);
  });

  it("says why a part never became ready, with the end of its log", async () => {
    const start = supervisor.start(
      shell("echo no such table >&2; exit 7", { probe: async () => false }),
      2000, // the part must have had its turn by then, also on a busy machine
    );
    await expect(start).rejects.toMatchObject({ reason: "PartNotReady", code: "NFAAS-E301" });
    await expect(start).rejects.toThrow(/status 7[\s\S]*no such table/);
  });

  it("gives a part exactly the environment it names", async () => {
    process.env.NFAAS_TEST_OUTER = "leaks";
    await supervisor.start(
      shell("env; exec sleep 1000", { env: { PATH: process.env.PATH ?? "", ONE: "1" } }),
    );
    const log = () => readFileSync(join(folder, "part.log"), "utf8");
    expect(await waitUntil(() => log().includes("ONE=1"), 5000)).toBe(true);
    expect(log()).not.toContain("NFAAS_TEST_OUTER");
    delete process.env.NFAAS_TEST_OUTER;
  });

  it("stops a part that ignores its signal, together with its children", async () => {
    const pidFile = join(folder, "child");
    const script = `trap "" TERM; sleep 1000 & echo $! > ${pidFile}; while :; do wait; done`;
    await supervisor.start(shell(script, { stopGraceMs: 200 }));
    expect(
      await waitUntil(() => existsSync(pidFile) && readFileSync(pidFile, "utf8").trim() !== "", 5000),
    ).toBe(true);
    const leader = recorded()?.process;
    const child = Number(readFileSync(pidFile, "utf8"));
    await supervisor.stopAll();
    expect(leader && isAlive(leader)).toBe(false);
    expect(await waitUntil(() => !existsSync(`/proc/${child}/exe`), 5000)).toBe(true);
  });
});
