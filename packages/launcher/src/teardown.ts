// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { leftoverHosts, removeHosts } from "@nfaas/lab";
import { readJson } from "./files.ts";
import { knownInstanceId } from "./instance.ts";
import { runsElsewhere } from "./instance-id.ts";
import type { StatePaths } from "./paths.ts";
import { findByEnvironment, identify, isAlive, type ProcessIdentity } from "./process/identity.ts";
import { stopProcess } from "./process/stop.ts";
import { waitUntil } from "./process/wait.ts";
import type { InstanceStatus } from "./supervisor/part.ts";

const cgroupMounts = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup"] as const;

/** The pods' processes: they are children of nobody and stand in pid files that the agent writes. */
export function podProcesses(paths: StatePaths): (ProcessIdentity & { readonly pod: string })[] {
  if (!existsSync(paths.pods)) return [];
  return readdirSync(paths.pods).flatMap((pod) => {
    const file = join(paths.pods, pod, "pid");
    const identity = existsSync(file) ? identify(Number.parseInt(readFileSync(file, "utf8"), 10)) : undefined;
    return identity !== undefined && isDataplane(identity.pid) ? [{ ...identity, pod }] : [];
  });
}

/** A pid file may outlive a reboot: only a data plane process is one of ours. */
function isDataplane(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0]?.endsWith("nfaas-dataplane") ?? false;
  } catch {
    return false;
  }
}

/** Every process of an instance, whoever started it: what was recorded, the pods, and what carries its environment. */
function findProcesses(paths: StatePaths): ProcessIdentity[] {
  const recorded = readJson<InstanceStatus>(paths.status)?.parts.flatMap((part) => part.process ?? []) ?? [];
  const marked = findByEnvironment({ NFAAS_INSTANCE: knownInstanceId(paths), NFAAS_STATE: paths.root });
  const all = [...recorded, ...podProcesses(paths), ...marked].filter(isAlive);
  return [...new Map(all.map((identity) => [identity.pid, identity])).values()];
}

/** Ends the parts that a supervisor left behind when it was killed. Pods and the lab's hosts stay: they are adopted. */
export async function stopOrphanedParts(paths: StatePaths): Promise<number> {
  const pods = new Set(podProcesses(paths).map(({ pid }) => pid));
  const orphans = findProcesses(paths).filter(({ pid }) => !pods.has(pid) && !isDataplane(pid));
  await Promise.all(orphans.map((orphan) => stopProcess(orphan, "SIGINT", 3000)));
  return orphans.length;
}

function cgroupFolders(instance: string): string[] {
  return cgroupMounts.map((mount) => join(mount, `nfaas-${instance}`)).filter((folder) => existsSync(folder));
}

/** A cgroup is removed from its leaves up; it can't be while a thread that is ending is still in it. */
function removeCgroup(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true }))
      if (entry.isDirectory()) removeCgroup(join(folder, entry.name));
    rmdirSync(folder);
  } catch {
    // tried again by the caller
  }
  return !existsSync(folder);
}

/** What is still there of an instance: nothing, after a `down`. */
export interface Leftovers {
  readonly processes: readonly number[];
  readonly namespaces: readonly string[];
  readonly interfaces: readonly string[];
  readonly cgroups: readonly string[];
}

/** Undefined when an instance of another state folder runs by this one's id: then what carries it is not ours. */
function ownId(paths: StatePaths): string | undefined {
  const id = knownInstanceId(paths);
  return runsElsewhere(id, paths.root) ? undefined : id;
}

export function findLeftovers(paths: StatePaths): Leftovers {
  const processes = findProcesses(paths).map(({ pid }) => pid);
  const id = ownId(paths);
  if (id === undefined) return { processes, namespaces: [], interfaces: [], cgroups: [] };
  return { processes, ...leftoverHosts(id), cgroups: cgroupFolders(id) };
}

/** Removes all that lives outside the state folder, and the sockets and pid files in it. Nobody supervises any more. */
export async function tearDown(paths: StatePaths): Promise<Leftovers> {
  const id = ownId(paths);
  await stopOrphanedParts(paths);
  await Promise.all(findProcesses(paths).map((identity) => stopProcess(identity, "SIGTERM", 2000)));
  if (id !== undefined) {
    await removeHosts(id);
    await waitUntil(() => cgroupFolders(id).map(removeCgroup).every(Boolean), 2000);
  }
  rmSync(paths.run, { recursive: true, force: true });
  return findLeftovers(paths);
}
