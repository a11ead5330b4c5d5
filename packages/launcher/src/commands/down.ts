// SPDX-License-Identifier: Apache-2.0
import { rmSync } from "node:fs";
import { LauncherError } from "../errors.ts";
import { statePaths } from "../paths.ts";
import { isAlive } from "../process/identity.ts";
import { waitUntil } from "../process/wait.ts";
import { tearDown } from "../teardown.ts";
import { type Command, parse } from "./options.ts";
import { readRunning } from "./running.ts";

/** How long a supervisor may take to stop all its parts, in milliseconds. */
const supervisorGraceMs = 45_000;

export const down: Command = {
  summary: "stop everything; leave no process, namespace, interface, cgroup or socket",
  usage: `usage: ./nfaas down [--purge]
  --purge   remove the state folder too: database, secrets, logs`,
  async run(args) {
    const { values } = parse({ args, options: { purge: { type: "boolean" } } });
    const paths = statePaths(process.env.NFAAS_STATE ?? ".nfaas");
    const supervisor = readRunning(paths)?.supervisor;
    if (supervisor) {
      process.kill(supervisor.pid, "SIGTERM");
      const ended = await waitUntil(() => !isAlive(supervisor), supervisorGraceMs);
      if (!ended) process.kill(supervisor.pid, "SIGKILL");
    }
    const left = await tearDown(paths);
    const names = Object.entries(left).flatMap(([kind, found]) =>
      found.map((name: string | number) => `${kind} ${name}`),
    );
    if (names.length > 0)
      throw new LauncherError(
        "LeftBehind",
        `could not remove: ${names.join(", ")}`,
        "run ./nfaas down again as root",
      );
    if (values.purge) rmSync(paths.root, { recursive: true, force: true });
    process.stdout.write(supervisor ? "NFaaS is down.\n" : "NFaaS was not running; nothing is left of it.\n");
    return 0;
  },
};
