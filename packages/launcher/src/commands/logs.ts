// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LauncherError } from "../errors.ts";
import { type StatePaths, statePaths } from "../paths.ts";
import { type Command, parse } from "./options.ts";

/** Log files by the name of their part; a pod's log stands with its sockets. */
function logFiles(paths: StatePaths): Map<string, string> {
  const list = (folder: string) => (existsSync(folder) ? readdirSync(folder) : []);
  const parts = list(paths.logs).filter((name) => name.endsWith(".log"));
  const pods = list(paths.pods).filter((pod) => existsSync(join(paths.pods, pod, "log")));
  return new Map([
    ...parts.map((name) => [name.slice(0, -".log".length), join(paths.logs, name)] as const),
    ...pods.map((pod) => [pod, join(paths.pods, pod, "log")] as const),
  ]);
}

export const logs: Command = {
  summary: "the last lines of all logs, of one part's or of one pod's",
  usage: `usage: ./nfaas logs [PART | POD] [-f] [-n LINES]
  -f        follow
  -n LINES  how many lines of each (default 20, 200 for one part)`,
  async run(args) {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: { follow: { type: "boolean", short: "f" }, lines: { type: "string", short: "n" } },
    });
    const files = logFiles(statePaths(process.env.NFAAS_STATE ?? ".nfaas"));
    const [part] = positionals;
    if (part !== undefined && !files.has(part))
      throw new LauncherError(
        "UnknownPart",
        `there is no log of ${part}`,
        `one of: ${[...files.keys()].join(", ") || "none yet"}`,
      );
    const wanted = part === undefined ? [...files.values()] : [files.get(part) as string];
    if (wanted.length === 0) return 0;
    const lines = values.lines ?? (part === undefined ? "20" : "200");
    const tail = spawnSync("tail", ["-n", lines, ...(values.follow ? ["-F"] : []), ...wanted], {
      stdio: "inherit",
    });
    return tail.status ?? 0;
  },
};
