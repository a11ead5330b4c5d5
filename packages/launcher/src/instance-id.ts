// SPDX-License-Identifier: Apache-2.0
// The id that names what an instance has outside its state folder. It is short, as interface names are, so two state
// folders may come to the same one.
import { createHash } from "node:crypto";
import { leftoverHosts } from "@nfaas/lab";
import { LauncherError } from "./errors.ts";
import { findByEnvironment } from "./process/identity.ts";

const attemptsMax = 16;

/** `nf` and 4 hexadecimal digits of the state folder's hash; with an attempt above 0 others of the same folder. */
export function instanceId(stateRoot: string, attempt = 0): string {
  const text = attempt === 0 ? stateRoot : `${stateRoot}#${attempt}`;
  return `nf${createHash("sha256").update(text).digest("hex").slice(0, 4)}`;
}

/** Whether an instance of another state folder runs by this id. */
export function runsElsewhere(id: string, stateRoot: string): boolean {
  const own = new Set(
    findByEnvironment({ NFAAS_INSTANCE: id, NFAAS_STATE: stateRoot }).map(({ pid }) => pid),
  );
  return findByEnvironment({ NFAAS_INSTANCE: id }).some(({ pid }) => !own.has(pid));
}

/** Whether namespaces or interfaces carry this id. */
function isInUse(id: string): boolean {
  const { namespaces, interfaces } = leftoverHosts(id);
  return namespaces.length + interfaces.length > 0;
}

/**
 * The id of an instance that is about to start: the one it had, or the first that nobody else has. What carries an id
 * that this instance never had belongs to somebody else, even when no process of it is left.
 * @param last the id of its last start
 * @throws LauncherError InstanceIdsTaken
 */
export function chooseInstanceId(stateRoot: string, last: string | undefined): string {
  if (last !== undefined && !runsElsewhere(last, stateRoot)) return last;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const id = instanceId(stateRoot, attempt);
    if (!runsElsewhere(id, stateRoot) && !isInUse(id)) return id;
  }
  throw new LauncherError(
    "InstanceIdsTaken",
    `others use all ${attemptsMax} ids that ${stateRoot} can have`,
    "stop an instance that is not needed, or take another state folder: NFAAS_STATE=... ./nfaas up",
  );
}
