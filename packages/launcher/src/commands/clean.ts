// SPDX-License-Identifier: Apache-2.0
import { rmSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../paths.ts";
import { consoleBuilds } from "../steps/builds.ts";
import { down } from "./down.ts";
import type { Command } from "./options.ts";

const outputs = [
  ".next",
  "dataplane/build",
  "dataplane/build-asan",
  "e2e/output",
  "coverage",
  "tsconfig.tsbuildinfo",
];

export const clean: Command = {
  summary: "stop, and remove the state folder and everything built (node_modules stays)",
  usage: "usage: ./nfaas clean",
  async run() {
    await down.run(["--purge"]);
    for (const output of [...outputs, ...consoleBuilds()])
      rmSync(join(checkout, output), { recursive: true, force: true });
    return 0;
  },
};
