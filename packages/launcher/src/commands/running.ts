// SPDX-License-Identifier: Apache-2.0
import { LauncherError } from "../errors.ts";
import { readJson } from "../files.ts";
import { type Instance, readInstance } from "../instance.ts";
import type { StatePaths } from "../paths.ts";
import { isAlive } from "../process/identity.ts";
import type { InstanceStatus } from "../supervisor/part.ts";

/** The status file of an instance whose supervisor lives. */
export function readRunning(paths: StatePaths): InstanceStatus | undefined {
  const status = readJson<InstanceStatus>(paths.status);
  return status && isAlive(status.supervisor) ? status : undefined;
}

/** @throws LauncherError NotRunning */
export function requireRunning(): { instance: Instance; status: InstanceStatus } {
  const instance = readInstance();
  const status = instance && readRunning(instance.paths);
  if (instance && status) return { instance, status };
  throw new LauncherError(
    "NotRunning",
    "NFaaS is not running with this state folder",
    "start it: ./nfaas up",
  );
}
