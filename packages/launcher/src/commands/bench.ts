// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { LauncherError } from "../errors.ts";
import { nodeCommand } from "../parts/parts.ts";
import { checkout } from "../paths.ts";
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

async function dataplane(args: readonly string[]): Promise<number> {
  const log = join(checkout, "node_modules", ".cache", "nfaas", "build.log");
  await installDebianPackages([...productPackages, ...testPackages], log);
  await buildDataplaneTests(log);
  return show(["bash", "dataplane/bench/run.sh", ...args]);
}

const usage = `usage: ./nfaas bench dataplane | publish [SAMPLES]
  dataplane  the firewall pod's 64 B rate on one core beside testpmd's on the same memif, in one run
  publish    from a publish to the first packet on the new view, on the running instance (tenant globex; default 20 samples)`;

export const bench: Command = {
  summary: "measure the data plane, or a publish",
  usage,
  async run([what, ...args]) {
    if (what === "dataplane") return dataplane(args);
    if (what === "publish") return publish(args);
    throw new LauncherError("Usage", "bench needs to know what to measure", usage);
  },
};
