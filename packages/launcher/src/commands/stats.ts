// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { join } from "node:path";
import { LauncherError } from "../errors.ts";
import { checkout, dataplaneBuild } from "../paths.ts";
import { isAlive } from "../process/identity.ts";
import { capture } from "../process/run.ts";
import { podProcesses } from "../teardown.ts";
import { type Command, parse } from "./options.ts";
import { requireRunning } from "./running.ts";

const usage = `usage: ./nfaas stats [POD] [--watch]
  POD       only this one, e.g. firewall-shared-0 (default: each)
  --watch   every second until Ctrl-C; for one POD
Rates, times in the pod, drops with reasons, rules and ports, from the pods themselves.`;

const client = join(checkout, "dataplane", "tools", "nfaas-dataplane-ctl");

const statsOf = (control: string): string[] => [client, "--control", control, "stats"];

/** In this terminal, which is cleared each second. @returns the client's exit status */
async function watch(control: string): Promise<number> {
  const [file = "", ...args] = [...statsOf(control), "--watch"];
  process.on("SIGINT", () => {}); // the client gets it too and ends by it
  const child = spawn(file, args, { stdio: "inherit", env: environment() });
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("exit", (status, signal) => done(signal === "SIGINT" || status === 130 ? 0 : (status ?? 1)));
  });
}

const environment = () => ({ ...process.env, NFAAS_BUILD: dataplaneBuild });

export const stats: Command = {
  summary: "rates, times, drops and ports of the pods, as tables",
  usage,
  async run(args) {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: { watch: { type: "boolean" } },
    });
    const { paths } = requireRunning().instance;
    const all = podProcesses(paths)
      .filter(isAlive)
      .map(({ pod }) => pod)
      .sort();
    const [pod] = positionals;
    if (pod !== undefined && !all.includes(pod))
      throw new LauncherError("Usage", `there is no pod ${pod}`, `one of: ${all.join(", ")}`);
    const control = (of: string) => join(paths.pods, of, "control.sock");
    if (values.watch) {
      if (pod === undefined) throw new LauncherError("Usage", "--watch needs a pod", usage);
      return watch(control(pod));
    }
    const pods = pod === undefined ? all : [pod];
    const told = await Promise.all(pods.map((p) => capture(statsOf(control(p)), { env: environment() })));
    process.stdout.write(told.map(({ stdout, stderr }) => stdout || stderr).join("\n"));
    return told.every(({ status }) => status === 0) ? 0 : 1;
  },
};
