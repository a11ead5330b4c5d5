// SPDX-License-Identifier: Apache-2.0
// Runs a Pod's container as a local process that outlives us: in a session of its own, found again by what its folder
// says. Layout below the run folder: pods/<pod>/{pid,uid,log,control.sock}, fabric/.
import { spawn } from "node:child_process";
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pause } from "../../kubernetes/backoff.ts";
import { ignore, messageOf } from "../../kubernetes/errors.ts";
import type { Logger } from "../../log.ts";
import { isAlive, isPodProcess, terminate } from "./process-table.ts";

const maxLogBytes = 4 * 1024 * 1024;
const graceMs = 2_000;
const cgroupRoots = [
  "/sys/fs/cgroup",
  "/sys/fs/cgroup/cpu",
  "/sys/fs/cgroup/cpuacct",
  "/sys/fs/cgroup/unified",
];

export interface PodRuntimeOptions {
  /** Absolute; also the processes' working folder, so that socket paths stay short. */
  runDirectory: string;
  /** The nfaas-dataplane program. */
  program: string;
  /** Cgroups are nfaas-<instance>/<pod>. */
  instance: string;
  logger: Logger;
  /** A process we started has ended. */
  onExit: (pod: string) => void;
}

export interface RunningPod {
  pid: number;
  /** Of the Pod object it was started for. */
  uid: string;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

const isBusy = (error: unknown): boolean => (error as NodeJS.ErrnoException | undefined)?.code === "EBUSY";

/** The files of a cgroup go with it. Answers why not; a cgroup that is not there is gone. */
async function tryRemoveTree(path: string): Promise<unknown> {
  try {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (entry.isDirectory()) await rmdir(join(path, entry.name));
    }
    await rmdir(path);
  } catch (error) {
    if (!isMissing(error)) return error;
  }
}

export class PodRuntime {
  readonly #options: PodRuntimeOptions;

  constructor(options: PodRuntimeOptions) {
    this.#options = options;
  }

  directoryOf(pod: string): string {
    return join(this.#options.runDirectory, "pods", pod);
  }

  /** Also those of a predecessor of ours. */
  async list(): Promise<string[]> {
    return (await ignore(isMissing, readdir(join(this.#options.runDirectory, "pods")))) ?? [];
  }

  async find(pod: string): Promise<RunningPod | undefined> {
    const read = (file: string) => ignore(isMissing, readFile(join(this.directoryOf(pod), file), "utf8"));
    const pid = Number(await read("pid"));
    if (!Number.isInteger(pid) || pid <= 1) return;
    if (!(await isPodProcess(pid, pod, this.#options.runDirectory))) return;
    return { pid, uid: ((await read("uid")) ?? "").trim() };
  }

  isAlive(pid: number): Promise<boolean> {
    return isAlive(pid);
  }

  /** @throws when the program can't be started. */
  async start(pod: string, uid: string, args: readonly string[]): Promise<RunningPod> {
    const { runDirectory, program, instance, logger, onExit } = this.#options;
    const directory = this.directoryOf(pod);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await mkdir(join(runDirectory, "fabric"), { recursive: true, mode: 0o700 });
    await rm(join(directory, "control.sock"), { force: true });
    const log = await this.#openLog(directory);
    try {
      const child = spawn(program, [...args, "--cgroup", `nfaas-${instance}/${pod}`], {
        cwd: runDirectory,
        detached: true,
        stdio: ["ignore", log.fd, log.fd],
        env: { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, HOME: runDirectory },
      });
      await new Promise<void>((resolve, reject) => child.once("spawn", resolve).once("error", reject));
      const pid = child.pid!;
      child.once("exit", (code, signal) => {
        logger.warn("process ended", { pod, pid, code: code ?? undefined, signal: signal ?? undefined });
        onExit(pod);
      });
      child.unref();
      await writeFile(join(directory, "uid"), `${uid}\n`);
      await writeFile(join(directory, "pid"), `${pid}\n`);
      logger.info("process started", { pod, pid });
      return { pid, uid };
    } finally {
      await log.close();
    }
  }

  /** Ends the process and removes what it leaves behind, also after it was killed. */
  async remove(pod: string): Promise<void> {
    const running = await this.find(pod);
    if (running) await terminate(running.pid, graceMs);
    await this.#removeCgroups(pod);
    await rm(this.directoryOf(pod), { recursive: true, force: true });
    const fabric = join(this.#options.runDirectory, "fabric");
    for (const socket of (await ignore(isMissing, readdir(fabric))) ?? []) {
      const [a, b] = socket.replace(/\.sock$/, "").split("--");
      if (a === pod || b === pod) await rm(join(fabric, socket), { force: true });
    }
  }

  /** A process removes its own; one that was killed could not, and its threads take a moment to go. */
  async #removeCgroups(pod: string): Promise<void> {
    for (const root of cgroupRoots) {
      const instance = join(root, `nfaas-${this.#options.instance}`);
      const deadline = performance.now() + graceMs;
      let error = await tryRemoveTree(join(instance, pod));
      while (isBusy(error) && performance.now() < deadline) {
        await pause(20);
        error = await tryRemoveTree(join(instance, pod));
      }
      if (error) {
        this.#options.logger.warn("cgroup not removed", { pod, root, error: messageOf(error) });
      }
      // The last pod turns off the light.
      await ignore(() => true, rmdir(instance));
    }
  }

  async #openLog(directory: string) {
    const path = join(directory, "log");
    const size = (await ignore(isMissing, stat(path)))?.size ?? 0;
    if (size > maxLogBytes) await rename(path, `${path}.1`);
    return open(path, "a", 0o600);
  }
}
