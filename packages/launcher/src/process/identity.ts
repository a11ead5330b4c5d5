// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";

/** A process named so that a reused pid isn't mistaken for it: `startTime` is proc(5) stat field 22, in ticks since boot. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
}

function readStat(pid: number): { state: string; parent: number; startTime: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name (field 2) may hold spaces and parentheses: fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", parent: Number(fields[1]), startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

/** The identity of a live process; undefined when there is none (a zombie is none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat === undefined || stat.state === "Z" ? undefined : { pid, startTime: stat.startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** The pids of this process and of all its ancestors. */
function ownLineage(): Set<number> {
  const lineage = new Set<number>();
  for (let pid = process.pid; pid > 0 && !lineage.has(pid); pid = readStat(pid)?.parent ?? 0)
    lineage.add(pid);
  return lineage;
}

/** All live processes whose environment holds every given `NAME=value`, except this one and its ancestors. */
export function findByEnvironment(entries: Readonly<Record<string, string>>): ProcessIdentity[] {
  const wanted = Object.entries(entries).map(([name, value]) => `${name}=${value}`);
  const own = ownLineage();
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && !own.has(Number(name)))
    .flatMap((name) => {
      const environment = readEnvironment(Number(name));
      const found = environment && wanted.every((entry) => environment.has(entry));
      return (found && identify(Number(name))) || [];
    });
}

function readEnvironment(pid: number): Set<string> | undefined {
  try {
    return new Set(readFileSync(`/proc/${pid}/environ`, "utf8").split("\0"));
  } catch {
    return undefined; // gone meanwhile, or another user's
  }
}
