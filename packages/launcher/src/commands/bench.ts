// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { LauncherError } from "../errors.ts";
import { nodeCommand } from "../parts/parts.ts";
import { checkout, dataplaneBuild } from "../paths.ts";
import { buildDataplaneTests } from "../steps/builds.ts";
import { installDebianPackages, productPackages, testPackages } from "../steps/debian-packages.ts";
import type { Command } from "./options.ts";
import { requireRunning } from "./running.ts";

function show([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  return spawnSync(program, args, { cwd: checkout, env, stdio: "inherit" }).status ?? 1;
}

function publish(args: readonly string[]): number {
  const { instance } = requireRunning();
  return show(nodeCommand("e2e/bench/publish.ts", ...args), {
    ...process.env,
    NFAAS_STATE: instance.paths.root,
  });
}

async function buildAll(): Promise<void> {
  const log = join(checkout, "node_modules", ".cache", "nfaas", "build.log");
  await installDebianPackages([...productPackages, ...testPackages], log);
  await buildDataplaneTests(log);
}

async function soak(args: readonly string[]): Promise<number> {
  await buildAll();
  return show(["bash", "dataplane/bench/soak.sh", ...args]);
}

async function costs(args: readonly string[]): Promise<number> {
  await buildAll();
  return show(["bash", "dataplane/bench/costs.sh", ...args]);
}

async function dataplane(args: readonly string[]): Promise<number> {
  await buildAll();
  const parts = [
    ["meson", "test", "-C", dataplaneBuild, "--benchmark", "--verbose", "--quiet"],
    ["bash", "dataplane/bench/run.sh", ...args],
    ["bash", "dataplane/bench/depth.sh", ...args],
    ["bash", "dataplane/bench/wake.sh", ...args],
  ];
  return parts.map((part) => show(part)).find((status) => status !== 0) ?? 0;
}

const usage = `usage: ./nfaas bench dataplane [SECONDS] [ROUNDS] | costs [SECONDS] [ROUNDS] |
                     soak [MINUTES] [FLOWS] | publish [SAMPLES]
  dataplane  cycles per packet of each stage; the firewall pod's rate on one core beside testpmd's, l3fwd's (built
             from Debian's source) and, where it is installed, OVS-DPDK's on the same memif in one run; rate against
             chain depth; how long waking takes: tables, then JSON
  costs      what a pod of each function spends on a packet, a byte and a new flow: the functions' cost models
  soak       views replaced, firewalls joining, leaving and killed under many flows; fails when a sum stays open or
             memory grows (default 10 minutes, 100,000 flows)
  publish    from a publish to the first packet on the new view, on the running instance (tenant globex; default 20 samples)`;

export const bench: Command = {
  summary: "measure the data plane, or a publish",
  usage,
  async run([what, ...args]) {
    if (what === "dataplane") return dataplane(args);
    if (what === "costs") return costs(args);
    if (what === "soak") return soak(args);
    if (what === "publish") return publish(args);
    throw new LauncherError("Usage", "bench needs to know what to measure", usage);
  },
};
