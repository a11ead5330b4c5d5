// SPDX-License-Identifier: Apache-2.0
import { type SpawnOptions, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { LauncherError } from "../errors.ts";

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type CommandOptions = Pick<SpawnOptions, "cwd" | "env" | "uid" | "gid">;

/** Runs a command to its end and gives what it wrote; a status other than 0 is no error here. */
export function capture(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({
        status: code ?? 1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
  });
}

/** The last lines of a log, for an error message. */
export function tailOf(path: string, lines = 12): string {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return "";
  }
}

/**
 * Runs a command whose output goes to a log file.
 * @throws LauncherError CommandFailed with the end of its output
 */
export async function runLogged(
  command: readonly string[],
  logFile: string,
  options: CommandOptions = {},
): Promise<void> {
  const [program = "", ...args] = command;
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "a");
  const status = await new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", log, log] });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  }).finally(() => closeSync(log));
  if (status === 0) return;
  throw new LauncherError(
    "CommandFailed",
    `\`${command.join(" ")}\` ended with status ${status}:\n${tailOf(logFile)}`,
    `read ${logFile}, mend what it names, and start again`,
  );
}
