// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually } from "../../../test/support/eventually.ts";
import type { Pod } from "../../kubernetes/core.ts";
import { allocateAddress, familyOf } from "./addresses.ts";
import { podStatus } from "./pod-status.ts";
import { isAlive, isPodProcess, terminate } from "./process-table.ts";

describe("fabric addresses", () => {
  it("are given once each, the lowest free first", () => {
    expect(allocateAddress(new Set())).toBe("100.64.0.1");
    expect(allocateAddress(new Set(["100.64.0.1", "100.64.0.3"]))).toBe("100.64.0.2");
  });
  it("are of the family that the platform chose", () => {
    const used = new Set(["fd6e:6661:6173::6440:1"]);
    expect(allocateAddress(used, "ipv6")).toBe("fd6e:6661:6173::6440:2");
  });
  it("are of the family that the pods have which are there, whatever the platform chooses later", () => {
    expect(familyOf(new Set(), "ipv6")).toBe("ipv6");
    expect(familyOf(new Set(["100.64.0.1"]), "ipv6")).toBe("ipv4");
    expect(familyOf(new Set(["fd6e:6661:6173::6440:1"]), "ipv4")).toBe("ipv6");
  });
  it("run out at the end of their block", () => {
    const used = new Set<string>();
    for (let c = 0; c < 256; c++) for (let d = 0; d < 256; d++) used.add(`100.64.${c}.${d}`);
    expect(allocateAddress(used)).toBeUndefined();
    used.delete("100.64.255.254");
    expect(allocateAddress(used)).toBe("100.64.255.254");
  });
});

describe("a pod's status", () => {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers: [{ name: "dataplane", image: "i" }] },
  };
  const facts = { address: "100.64.0.1", running: true, ready: false, restarts: 0 };
  const at = (s: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, s));

  it("is written only when it says something new", () => {
    const status = podStatus(pod, facts, at(1))!;
    expect(podStatus({ ...pod, status }, facts, at(2))).toBeUndefined();
  });
  it("tells when readiness changed, not when it was looked at", () => {
    const first = podStatus(pod, facts, at(1))!;
    const second = podStatus({ ...pod, status: first }, { ...facts, ready: true }, at(2))!;
    const times = second.conditions?.map((c) => [c.type, c.lastTransitionTime]);
    expect(times).toContainEqual(["Ready", "2026-01-01T00:00:02Z"]);
    expect(times).toContainEqual(["PodScheduled", "2026-01-01T00:00:01Z"]);
  });
  it("says why a process does not run", () => {
    const waiting = { reason: "CrashLoopBackOff", message: "see its log" };
    const status = podStatus(pod, { ...facts, running: false, waiting }, at(1));
    expect(status?.containerStatuses?.[0]?.state).toEqual({ waiting });
  });
});

describe("a pod's process", () => {
  /** Ignores SIGTERM when asked to. */
  const script = (stubborn: boolean) =>
    `${stubborn ? "process.on('SIGTERM', () => {});" : ""} setInterval(() => {}, 1000); console.log("up")`;

  it.each([false, true])(
    "is told apart from any other, and ends even if it ignores SIGTERM: %s",
    async (stubborn) => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), "nfaas-")));
      const child = spawn(process.execPath, ["-e", script(stubborn), "--", "--pod", "mine"], { cwd: folder });
      try {
        await new Promise((resolve) => child.stdout.once("data", resolve));
        const pid = child.pid!;
        expect(await isPodProcess(pid, "mine", folder)).toBe(true);
        expect(await isPodProcess(pid, "other", folder)).toBe(false);
        expect(await isPodProcess(pid, "mine", tmpdir())).toBe(false);
        await terminate(pid, 200);
        await eventually("it is gone", async () => !(await isAlive(pid)));
      } finally {
        child.kill("SIGKILL");
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});
