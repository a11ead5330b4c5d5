// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { freemem } from "node:os";
import { dirname, join } from "node:path";
import { LauncherError } from "../errors.ts";
import type { StatePaths } from "../paths.ts";
import { findListener, isPortFree } from "../ports.ts";

const mebi = 2 ** 20;
const memoryNeeded = 2500 * mebi;
const diskNeeded = 3000 * mebi;
const nodeNeeded = [20, 19] as const;
/** sun_path of unix(7) holds 108 bytes with its closing zero. */
const socketPathMax = 107;
/** The longest socket name of the demo's pods below `run`. */
const longestSocket = join("fabric", "rate-limiter-shared-0--web-gateway-shared-0.sock");
const capNetAdmin = 12n;
const capSysAdmin = 21n;

export interface CheckResult {
  readonly name: string;
  /** `fail` stops a start, `note` does not. */
  readonly outcome: "ok" | "note" | "fail";
  readonly detail: string;
  readonly error?: LauncherError;
}

const ok = (name: string, detail: string): CheckResult => ({ name, outcome: "ok", detail });
const found = (name: string, outcome: "note" | "fail", error: LauncherError): CheckResult => ({
  name,
  outcome,
  detail: error.what,
  error,
});

export function checkPrivileges(): CheckResult {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  const has = (capability: bigint) => ((BigInt(`0x${effective}`) >> capability) & 1n) === 1n;
  if (process.getuid?.() === 0 && has(capNetAdmin) && has(capSysAdmin))
    return ok("privileges", "root with CAP_NET_ADMIN");
  const what =
    "NFaaS needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN: it makes network namespaces, interfaces and cgroups";
  const mend = "start it as root (sudo ./nfaas up), in a container with --privileged";
  return found("privileges", "fail", new LauncherError("NotPrivileged", what, mend));
}

export function checkSystem(release = "/etc/os-release"): CheckResult {
  const text = existsSync(release) ? readFileSync(release, "utf8") : "";
  const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? process.platform;
  const version = Number(/^VERSION_ID="?(\d+)/m.exec(text)?.[1] ?? 0);
  if (/^ID=debian$/m.test(text) && version >= 12 && process.arch === "x64") return ok("system", name);
  const what = `${name} (${process.arch}) is not Debian 12 on x86-64; nothing else is tested`;
  const fatal = !existsSync("/usr/bin/apt-get");
  const mend = "use Debian 12, or install the packages that `./nfaas doctor` lists by other means";
  return found("system", fatal ? "fail" : "note", new LauncherError("UnsupportedSystem", what, mend));
}

export function checkNode(version = process.versions.node): CheckResult {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > nodeNeeded[0] || (major === nodeNeeded[0] && minor >= nodeNeeded[1]))
    return ok("node", version);
  const error = new LauncherError(
    "NodeTooOld",
    `Node.js ${version} is too old`,
    `install Node.js ${nodeNeeded.join(".")} or newer`,
  );
  return found("node", "fail", error);
}

function availableMemory(): number {
  const line = /^MemAvailable:\s*(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
  return line === undefined ? freemem() : Number(line) * 1024;
}

export function checkMemory(available = availableMemory()): CheckResult {
  const detail = `${Math.round(available / mebi)} MiB available`;
  if (available >= memoryNeeded) return ok("memory", detail);
  const mend = `free memory: a start needs about ${memoryNeeded / mebi} MiB, building the console is the biggest part`;
  return found("memory", "fail", new LauncherError("MemoryLow", detail, mend));
}

export function checkDisk(folder: string): CheckResult {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const stats = statfsSync(existing);
  const available = stats.bavail * stats.bsize;
  const detail = `${Math.round(available / mebi)} MiB free at ${existing}`;
  if (available >= diskNeeded) return ok("disk", detail);
  const mend = `free ${diskNeeded / mebi} MiB there, or set NFAAS_STATE to a folder on another disk`;
  return found("disk", "fail", new LauncherError("DiskLow", detail, mend));
}

export function checkHugepages(meminfo = readFileSync("/proc/meminfo", "utf8")): CheckResult {
  const free = Number(/^HugePages_Free:\s*(\d+)/m.exec(meminfo)?.[1] ?? 0);
  if (free > 0) return ok("hugepages", `${free} free`);
  const mend = "nothing must be done; for full speed: echo 1024 > /proc/sys/vm/nr_hugepages";
  return found(
    "hugepages",
    "note",
    new LauncherError("HugepagesMissing", "no free hugepages: the data plane uses ordinary pages", mend),
  );
}

export async function checkConsolePort(port: number): Promise<CheckResult> {
  if (Number.isInteger(port) && port > 0 && port < 65536 && (await isPortFree(port)))
    return ok("console port", `${port} is free`);
  const listener = findListener(port);
  const holder =
    listener === undefined ? "" : ` by process ${listener.pid} (${listener.command.slice(0, 80)})`;
  const mend = "choose another: NFAAS_PORT=3001 ./nfaas up (0 takes any free one)";
  return found(
    "console port",
    "fail",
    new LauncherError("PortBusy", `port ${port} on 127.0.0.1 is taken${holder}`, mend),
  );
}

export function checkSocketPaths(paths: StatePaths): CheckResult {
  const longest = Buffer.byteLength(join(paths.run, longestSocket));
  if (longest <= socketPathMax) return ok("socket paths", `${longest} of ${socketPathMax} bytes`);
  const what = `the state folder's path is too long: unix sockets in it would need ${longest} bytes, ${socketPathMax} fit`;
  return found(
    "socket paths",
    "fail",
    new LauncherError("SocketPathTooLong", what, "set NFAAS_STATE to a shorter path, e.g. /var/lib/nfaas"),
  );
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export function checkCgroups(mount = "/sys/fs/cgroup"): CheckResult {
  if (["cpu", "cpuacct"].every((name) => isWritable(join(mount, name))))
    return ok("cgroups", "version 1: cpu, cpuacct");
  if (existsSync(join(mount, "cgroup.procs")) && isWritable(mount)) return ok("cgroups", "version 2");
  const mend = `mount cgroups writable at ${mount}; without them tenants share CPU time without isolation`;
  return found(
    "cgroups",
    "note",
    new LauncherError("CgroupsNotWritable", `no writable cgroup hierarchy at ${mount}`, mend),
  );
}

export function checkNamespaces(): CheckResult {
  if (existsSync("/proc/self/ns/net") && existsSync("/proc/self/ns/mnt"))
    return ok("namespaces", "network and mount");
  const mend = "use a kernel with CONFIG_NET_NS";
  return found(
    "namespaces",
    "fail",
    new LauncherError("NamespacesMissing", "the kernel has no network namespaces", mend),
  );
}
