// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, statePaths } from "./paths.ts";
import { identify } from "./process/identity.ts";
import { waitUntil } from "./process/wait.ts";
import type { InstanceStatus } from "./supervisor/part.ts";
import { findLeftovers, podProcesses } from "./teardown.ts";
import { type FabricPacket, type Hop, readPackets, wayOfNextPing } from "./test-fabric.ts";

const demoPods = [
  "classifier-shared-0",
  "firewall-shared-0",
  "firewall-shared-1",
  "gateway-east",
  "gateway-west",
  "mirror-shared-0",
  "nat-shared-0",
  "rate-limiter-shared-0",
  "web-gateway-shared-0",
];

const state = mkdtempSync(join(tmpdir(), "nfaas-launcher-"));
const paths = statePaths(state);
const minute = 60_000;

/**
 * Runs the launcher on this test's instance, whose fabric is IPv6 outside (that of browser tests is IPv4); resolves with status and
 * output, whatever the status.
 */
function nfaas(...args: string[]): Promise<{ status: number; output: string }> {
  const env = { ...process.env, NFAAS_STATE: state, NFAAS_PORT: "0", NFAAS_FABRIC_FAMILY: "ipv6" };
  return new Promise((resolve) => {
    execFile(join(checkout, "nfaas"), args, { env }, (error, stdout, stderr) =>
      resolve({ status: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
    );
  });
}

const recorded = () => JSON.parse(readFileSync(paths.status, "utf8")) as InstanceStatus;
const pidOf = (part: string) => recorded().parts.find(({ name }) => name === part)?.process?.pid as number;

beforeAll(async () => {
  const { status, output } = await nfaas("up", "--detach");
  expect(status, output).toBe(0);
}, 8 * minute);

afterAll(async () => {
  await nfaas("down", "--purge");
  rmSync(state, { recursive: true, force: true });
}, 2 * minute);

describe("a running instance", () => {
  it("answers at the URL that `up` prints, and `up` again says so", async () => {
    const { status, output } = await nfaas("up");
    expect(status).toBe(0);
    expect(output).toContain("It was up already.");
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
    for (const user of ["alice@acme.example", "gina@globex.example", "op@nfaas.example"])
      expect(output).toContain(user);
  });

  it("tells its parts and pods by `status --json`, all ready", async () => {
    const { status, output } = await nfaas("status", "--json");
    expect(status, output).toBe(0);
    const report = JSON.parse(output);
    expect(report).toMatchObject({ running: true, phase: "up", healthy: true });
    expect(report.pods.map(({ pod }: { pod: string }) => pod).sort()).toEqual(demoPods);
  });

  it(
    "shows the rates of its pods by `stats`, and names them when asked for another",
    async () => {
      const { status, output } = await nfaas("stats");
      expect(status, output).toBe(0);
      for (const pod of demoPods) expect(output).toMatch(new RegExp(`^${pod} \\(`, "m"));
      const injects = /^views\n.*\n +\d+ +\d+ +[1-9]/m; // tenant, view, injected packets per second
      const seen = async () => injects.test((await nfaas("stats", "gateway-west")).output);
      expect(await waitUntil(seen, minute)).toBe(true);
      const wrong = await nfaas("stats", "nobody");
      expect(wrong.status).toBe(1);
      expect(wrong.output).toContain("gateway-west");
    },
    2 * minute,
  );

  it(
    "carries the demo's packets both ways in IPv6, GRE and NSH, and none in IPv4",
    async () => {
      const file = join(state, "fabric.pcapng");
      let packets: FabricPacket[] = [];
      const bothWays = async () => {
        const { status, output } = await nfaas("capture", "gateway-west", "-c", "300", "-w", file);
        expect(status, output).toBe(0);
        packets = await readPackets(file);
        return ["1", "2"].every((path) => packets.some((p) => p.tenantId > 0 && p.path === path));
      };
      expect(await waitUntil(bothWays, minute), JSON.stringify(packets.slice(0, 3))).toBe(true);
      expect([...new Set(packets.map(({ outside }) => outside))]).toEqual(["ipv6:gre:nsh"]);
      expect(packets.filter(({ source }) => !source.startsWith("fd6e:6661:6173:"))).toEqual([]);
    },
    2 * minute,
  );

  it(
    "tells a ping's way over that fabric, from gateway to gateway",
    async () => {
      let way: Hop[] = [];
      const isTold = async () => {
        way = await wayOfNextPing(paths, 1);
        return way.length === 3;
      };
      expect(await waitUntil(isTold, minute), JSON.stringify(way)).toBe(true);
      const [first, firewall, last] = way.map(({ pod, verdict }) => `${pod} ${verdict}`);
      expect(first).toBe("gateway-west forwarded");
      expect(firewall).toMatch(/^firewall-shared-[01] forwarded$/);
      expect(last).toBe("gateway-east left");
    },
    2 * minute,
  );

  it("listens on loopback only", async () => {
    const pids = new Set(findLeftovers(paths).processes);
    const sockets = await new Promise<string>((resolve) => {
      execFile("ss", ["-Hltnp"], (_error, stdout) => resolve(stdout));
    });
    const ours = sockets
      .split("\n")
      .filter((line) => [...line.matchAll(/pid=(\d+)/g)].some(([, pid]) => pids.has(Number(pid))));
    expect(ours.length).toBeGreaterThan(4);
    for (const line of ours)
      expect(line.trim().split(/\s+/)[3]).toMatch(/^(127(\.\d+){3}|\[::1\]|\[::ffff:127\.0\.0\.1\]):/);
  });

  it.each(["operator", "console", "kubernetes-api", "postgres"])(
    "starts the %s again after kill -9",
    async (part) => {
      const killed = pidOf(part);
      process.kill(killed, "SIGKILL");
      const back = () => pidOf(part) !== killed && recorded().parts.every(({ state }) => state === "ready");
      expect(await waitUntil(back, minute, 200)).toBe(true);
    },
    2 * minute,
  );

  it(
    "leaves nothing behind after `down`, not even when its supervisor was killed",
    async () => {
      const { pid } = recorded().supervisor;
      expect(podProcesses(paths)).toHaveLength(demoPods.length);
      process.kill(pid, "SIGKILL");
      expect(await waitUntil(() => identify(pid) === undefined, 5000)).toBe(true);
      const { status, output } = await nfaas("down");
      expect(status, output).toBe(0);
      expect(findLeftovers(paths)).toEqual({ processes: [], namespaces: [], interfaces: [], cgroups: [] });
      expect(existsSync(paths.run)).toBe(false);
    },
    2 * minute,
  );
});
