// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { checkout } from "../paths.ts";
import { Progress } from "../progress.ts";
import { buildAll } from "../steps/build-all.ts";
import type { Command } from "./options.ts";

export const build: Command = {
  summary: "build the data plane and the console without starting them",
  usage: "usage: ./nfaas build",
  async run() {
    const progress = new Progress();
    await Promise.all(
      Object.values(buildAll(progress, join(checkout, "node_modules", ".cache", "nfaas", "build.log"))),
    );
    progress.close();
    return 0;
  },
};
