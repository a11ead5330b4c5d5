// SPDX-License-Identifier: Apache-2.0
import { defaultConsolePort, readInstance } from "../instance.ts";
import { statePaths } from "../paths.ts";
import { describeChecks, runPreflight } from "../preflight/preflight.ts";
import { productPackages, testPackages } from "../steps/debian-packages.ts";
import { type Command, parse } from "./options.ts";

export const doctor: Command = {
  summary: "look at this machine without changing it",
  usage:
    "usage: ./nfaas doctor [--json | --packages]\n  --packages   list the Debian packages and why each is needed",
  async run(args) {
    const { values } = parse({ args, options: { json: { type: "boolean" }, packages: { type: "boolean" } } });
    if (values.packages) {
      for (const { name, why } of productPackages) process.stdout.write(`${name.padEnd(22)}${why}\n`);
      for (const { name, why } of testPackages) process.stdout.write(`${name.padEnd(22)}tests: ${why}\n`);
      return 0;
    }
    const wanted = Number(process.env.NFAAS_PORT || (readInstance()?.ports.console ?? defaultConsolePort));
    const results = await runPreflight(statePaths(process.env.NFAAS_STATE ?? ".nfaas"), wanted);
    process.stdout.write(`${values.json ? JSON.stringify(results, null, 2) : describeChecks(results)}\n`);
    return results.some((result) => result.outcome === "fail") ? 1 : 0;
  },
};
