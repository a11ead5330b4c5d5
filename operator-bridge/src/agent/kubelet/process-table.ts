// SPDX-License-Identifier: Apache-2.0
// What the kernel says of processes (proc(5)). A pid alone proves nothing: it may belong to another by now.
import { readFile, readlink } from "node:fs/promises";
import { pause } from "../../kubernetes/backoff.ts";

async function stateOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything; the state is the first letter after the last one.
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
  } catch {
    return undefined;
  }
}

/** A zombie is dead. */
export async function isAlive(pid: number): Promise<boolean> {
  const state = await stateOf(pid);
  return state !== undefined && state !== "Z" && state !== "X";
}

/** Whether the process is the pod's: its arguments name the pod and it works in our folder. */
export async function isPodProcess(pid: number, pod: string, directory: string): Promise<boolean> {
  if (!(await isAlive(pid))) return false;
  try {
    const [command, cwd] = [
      await readFile(`/proc/${pid}/cmdline`, "utf8"),
      await readlink(`/proc/${pid}/cwd`),
    ];
    const args = command.split("\0");
    return args[args.indexOf("--pod") + 1] === pod && cwd === directory;
  } catch {
    return false;
  }
}

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
};

async function ended(pid: number, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (await isAlive(pid)) {
    if (performance.now() > deadline) return false;
    await pause(20);
  }
  return true;
}

/** SIGTERM, then SIGKILL to one that does not go in time. */
export async function terminate(pid: number, graceMs: number): Promise<void> {
  send(pid, "SIGTERM");
  if (await ended(pid, graceMs)) return;
  send(pid, "SIGKILL");
  await ended(pid, graceMs);
}
