// SPDX-License-Identifier: Apache-2.0
import { isAlive, type ProcessIdentity } from "./identity.ts";
import { waitUntil } from "./wait.ts";

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile
  }
}

/**
 * Ends a process: `name` first, SIGKILL when it is still there after `graceMs`.
 * A process that leads a group takes the rest of its group with it.
 */
export async function stopProcess(
  identity: ProcessIdentity,
  name: NodeJS.Signals = "SIGTERM",
  graceMs = 3000,
): Promise<void> {
  if (!isAlive(identity)) return;
  signal(identity.pid, name);
  if (!(await waitUntil(() => !isAlive(identity), graceMs))) {
    signal(identity.pid, "SIGKILL");
    await waitUntil(() => !isAlive(identity), 2000);
  }
  signal(-identity.pid, "SIGKILL");
}
