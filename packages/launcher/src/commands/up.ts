// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { LauncherError } from "../errors.ts";
import { type Instance, prepareInstance, readInstance } from "../instance.ts";
import { nodeCommand } from "../parts/parts.ts";
import { checkout, type StatePaths, statePaths } from "../paths.ts";
import { checkPrivileges } from "../preflight/checks.ts";
import { describeChecks, runPreflight } from "../preflight/preflight.ts";
import { identify, isAlive } from "../process/identity.ts";
import { withLock } from "../process/lock.ts";
import { waitUntil } from "../process/wait.ts";
import { Progress } from "../progress.ts";
import { type StartContext, startAll } from "../start.ts";
import { installLines, productPackages } from "../steps/debian-packages.ts";
import { openLog } from "../supervisor/log-file.ts";
import { Supervisor } from "../supervisor/supervisor.ts";
import { stopOrphanedParts, tearDown } from "../teardown.ts";
import { type Command, parse } from "./options.ts";
import { readRunning } from "./running.ts";
import { describeRunning } from "./summary.ts";

/** @throws LauncherError of the first check that failed, after all of them have been shown */
async function requirePreflight(instance: Instance, progress: Progress): Promise<void> {
  const results = await runPreflight(instance.paths, instance.ports.console);
  const failed = results.filter((result) => result.outcome === "fail");
  if (failed.length > 0) progress.write(describeChecks(results));
  if (failed[0]?.error) throw failed[0].error;
}

/**
 * Without its privileges nothing can start; an administrator gets the exact lines.
 * @throws LauncherError NotPrivileged
 */
async function requirePrivileges(): Promise<void> {
  const { error } = checkPrivileges();
  if (error === undefined) return;
  const lines = [...(await installLines(productPackages)), `cd ${checkout}`, "./nfaas up"];
  throw new LauncherError("NotPrivileged", error.what, `an administrator runs:\n    ${lines.join("\n    ")}`);
}

function stopRequest(): Promise<"stop"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve("stop"));
  });
}

function startContext(instance: Instance, supervisor: Supervisor, progress: Progress): StartContext {
  return {
    instance,
    supervisor,
    progress,
    externalDatabase: process.env.DATABASE_URL,
    demoChains: process.env.NFAAS_DEMO_CHAINS,
    labTraffic: process.env.NFAAS_LAB_TRAFFIC,
  };
}

/** Clears what a killed launcher left running, chooses the ports and looks at the machine. */
async function prepare(paths: StatePaths, progress: Progress): Promise<Instance> {
  const orphans = await stopOrphanedParts(paths);
  if (orphans > 0) progress.note(`ended ${orphans} processes of a launcher that was killed`);
  const instance = await prepareInstance();
  await requirePreflight(instance, progress);
  return instance;
}

function createSupervisor(instance: Instance, progress: Progress): Supervisor {
  return new Supervisor(instance, ({ name, state, restarts, lastExit }) => {
    if (restarts > 0 || state === "waiting" || state === "unready")
      progress.note(
        `${name} is ${state}${lastExit ? ` (last ended with ${lastExit}, ${restarts} restarts)` : ""}`,
      );
  });
}

const busy = () =>
  new LauncherError("OperationRunning", "another start of this instance is under way", "wait for it");

/** Runs an instance from its start to a signal; whatever happens between, nothing is left behind. */
async function superviseInForeground(paths: StatePaths): Promise<number> {
  const stop = stopRequest();
  const progress = new Progress();
  let supervisor: Supervisor | undefined;
  try {
    const outcome = await withLock(paths.lock, 0, busy, async () => {
      const instance = await prepare(paths, progress);
      supervisor = createSupervisor(instance, progress);
      const started = startAll(startContext(instance, supervisor, progress)).then(() => instance);
      return Promise.race([started, stop]);
    });
    if (outcome !== "stop" && supervisor) {
      supervisor.phase = "up";
      process.stdout.write(describeRunning(outcome));
      await stop;
    }
    progress.note("stopping");
    return 0;
  } finally {
    progress.close();
    if (supervisor) {
      supervisor.phase = "stopping";
      await supervisor.stopAll();
      await tearDown(paths);
    }
  }
}

/** Copies what a file grew by since `offset` to stdout. */
function relay(path: string, offset: number): number {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(64 * 1024);
  let position = offset;
  for (let read = readSync(file, buffer, 0, buffer.length, position); read > 0; ) {
    process.stdout.write(buffer.subarray(0, read));
    position += read;
    read = readSync(file, buffer, 0, buffer.length, position);
  }
  closeSync(file);
  return position;
}

/** Starts the supervisor in a session of its own, shows its progress until it is up or has ended. */
async function superviseInBackground(paths: StatePaths): Promise<number> {
  const logFile = paths.log("launcher");
  const log = openLog(logFile);
  let shown = statSync(logFile).size;
  const [program = "", ...args] = nodeCommand("packages/launcher/src/main.ts", "up");
  const child = spawn(program, args, { cwd: checkout, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  const settled = () => {
    shown = relay(logFile, shown);
    if (identity === undefined || !isAlive(identity)) return true;
    const running = readRunning(paths);
    return running?.supervisor.pid === identity.pid && running.phase === "up";
  };
  await waitUntil(settled, Number.POSITIVE_INFINITY, 100);
  relay(logFile, shown);
  child.unref();
  return identity !== undefined && isAlive(identity) ? 0 : 1;
}

export const up: Command = {
  summary: "build what is missing, start everything, print the URL",
  usage: `usage: ./nfaas up [--detach]
  --detach   go on in the background once all is up (stop it with: ./nfaas down)
environment:
  NFAAS_PORT         the console's port on 127.0.0.1; 0 takes a free one (default 3000)
  NFAAS_STATE        the state folder (default .nfaas); another folder is another instance
  DATABASE_URL       a PostgreSQL of yours, as a superuser (default: one that comes along)
  NFAAS_DEMO_CHAINS  tenants whose demo chain is made (default acme,globex)
  NFAAS_LAB_TRAFFIC  tenants whose client sends steady traffic (default acme,globex)`,
  async run(args) {
    const { values } = parse({ args, options: { detach: { type: "boolean", short: "d" } } });
    const paths = statePaths(process.env.NFAAS_STATE ?? ".nfaas");
    await requirePrivileges();
    const running = readRunning(paths);
    const instance = readInstance();
    if (running?.phase === "up" && instance) {
      process.stdout.write(`${describeRunning(instance)}  It was up already.\n`);
      return 0;
    }
    if (running)
      throw new LauncherError(
        "OperationRunning",
        `this instance is ${running.phase} (process ${running.supervisor.pid})`,
        "wait for it, or: ./nfaas down",
      );
    return values.detach ? superviseInBackground(paths) : superviseInForeground(paths);
  },
};
