// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { checkout } from "../paths.ts";

/** How long an interrupted command may take to tidy up behind itself, in milliseconds. */
const graceMs = 60_000;

export interface Ran {
  readonly status: number;
  readonly output: string;
}

function signalGroup(leader: number | undefined, name: NodeJS.Signals): void {
  try {
    if (leader !== undefined) process.kill(-leader, name);
  } catch {
    // all gone
  }
}

/**
 * Runs a test command in the checkout; its output is shown as it comes and given back.
 * @param signal interrupts the command and all that it started in its process group: SIGINT first, SIGKILL to the rest
 */
export function show(
  command: readonly string[],
  signal: AbortSignal,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: checkout,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true, // a group of its own: the terminal's Ctrl-C reaches it once, by us
    });
    const chunks: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const interrupt = () => {
      signalGroup(child.pid, "SIGINT");
      timer = setTimeout(() => signalGroup(child.pid, "SIGKILL"), graceMs);
    };
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
      if (signal.aborted) signalGroup(child.pid, "SIGKILL");
    };
    child.stdout.on("data", (chunk: Buffer) => {
      process.stdout.write(chunk);
      chunks.push(chunk);
    });
    child.on("error", reject);
    child.on("exit", settle);
    child.on("close", (code) => resolve({ status: code ?? 1, output: Buffer.concat(chunks).toString() }));
    if (signal.aborted) interrupt();
    else signal.addEventListener("abort", interrupt);
  });
}
