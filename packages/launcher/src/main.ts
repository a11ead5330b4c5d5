// SPDX-License-Identifier: Apache-2.0
import { bench } from "./commands/bench.ts";
import { build } from "./commands/build.ts";
import { capture } from "./commands/capture.ts";
import { clean } from "./commands/clean.ts";
import { doctor } from "./commands/doctor.ts";
import { down } from "./commands/down.ts";
import { logs } from "./commands/logs.ts";
import type { Command } from "./commands/options.ts";
import { stats } from "./commands/stats.ts";
import { status } from "./commands/status.ts";
import { test } from "./commands/test.ts";
import { up } from "./commands/up.ts";
import { describeError, LauncherError } from "./errors.ts";

const commands: Readonly<Record<string, Command>> = {
  up,
  down,
  status,
  logs,
  doctor,
  stats,
  capture,
  build,
  test,
  bench,
  clean,
};

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}`);
  return `usage: ./nfaas COMMAND [--help]\n${lines.join("\n")}\n`;
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "help") {
    process.stdout.write(usage());
    return name === undefined ? 2 : 0;
  }
  const command = commands[name];
  if (command === undefined)
    throw new LauncherError("Usage", `there is no command ${name}`, "see ./nfaas --help");
  if (args[0] === "--help") {
    process.stdout.write(`${command.usage}\n`);
    return 0;
  }
  return command.run(args);
}

try {
  process.exit(await main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
}
