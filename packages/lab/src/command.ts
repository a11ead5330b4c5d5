// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command of the lab that ended with a status other than 0. */
export class LabCommandError extends Error {
  readonly code = "LAB_COMMAND_FAILED";

  constructor(
    readonly command: readonly string[],
    readonly result: CommandResult,
  ) {
    super(
      `\`${command.join(" ")}\` ended with status ${result.status}: ${result.stderr.trim() || result.stdout.trim()}`,
    );
    this.name = "LabCommandError";
  }
}

/** Runs a command to its end and gives status and output, whatever the status. */
export function tryCommand(command: readonly string[], timeoutMs = 60_000): Promise<CommandResult> {
  const [program = "", ...args] = command;
  const options = { timeout: timeoutMs, maxBuffer: 64 * 2 ** 20, killSignal: "SIGKILL" as const };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ status, stdout, stderr: stderr || (status !== 0 && error ? error.message : "") });
    });
  });
}

/** @throws LabCommandError when the status isn't 0 */
export async function runCommand(...command: string[]): Promise<string> {
  const result = await tryCommand(command);
  if (result.status !== 0) throw new LabCommandError(command, result);
  return result.stdout;
}
