// SPDX-License-Identifier: Apache-2.0
import type { Progress } from "../progress.ts";
import { buildConsole, buildDataplane, generateDatabaseClient } from "./builds.ts";
import { installDebianPackages, productPackages } from "./debian-packages.ts";

/** The steps of a build as promises: a start goes on with each as soon as it is there. */
export interface Builds {
  readonly packages: Promise<unknown>;
  readonly dataplane: Promise<unknown>;
  /** The folder of the console's build. */
  readonly consoleBuild: Promise<string>;
}

/** Builds what is out of date: the console doesn't wait for Debian's packages, the data plane does. */
export function buildAll(progress: Progress, logFile: string): Builds {
  const packages = progress.step("Debian packages", () => installDebianPackages(productPackages, logFile));
  return {
    packages,
    dataplane: packages.then(() => progress.step("data plane, build", () => buildDataplane(logFile))),
    consoleBuild: progress
      .step("database client, generate", () => generateDatabaseClient(logFile))
      .then(() => progress.step("console, build", () => buildConsole(logFile))),
  };
}
