// SPDX-License-Identifier: Apache-2.0
import { type ParseArgsConfig, parseArgs } from "node:util";
import { LauncherError } from "../errors.ts";

export interface Command {
  readonly summary: string;
  readonly usage: string;
  /** @returns the exit status */
  readonly run: (args: string[]) => Promise<number>;
}

/**
 * parseArgs(node:util), with the launcher's own error.
 * @throws LauncherError Usage
 */
export function parse<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new LauncherError("Usage", what, "see --help of this command");
  }
}
