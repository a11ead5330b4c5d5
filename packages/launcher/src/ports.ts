// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { identify } from "./process/identity.ts";

/** Below Linux' default ephemeral range (32768 up), so that no outgoing connection takes a port we remember. */
const freePortRange = { from: 20000, to: 32000 } as const;

/** Whether a TCP listener could bind to this port on loopback. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port nobody listens on and that is not in `taken`. */
export async function findFreePort(taken: ReadonlySet<number>): Promise<number> {
  for (;;) {
    const port = randomInt(freePortRange.from, freePortRange.to);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
}

/** Inode of the socket that listens on a TCP port, from proc(5) net/tcp and net/tcp6. */
function listeningInode(port: number): string | undefined {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readFileSync(table, "utf8").split("\n").slice(1)) {
      const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
      if (local.endsWith(suffix) && state === "0A") return inode;
    }
  }
  return undefined;
}

function ownsSocket(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`,
    );
  } catch {
    return false;
  }
}

/** The process that listens on a port, as far as this user may see it. */
export function findListener(port: number): { pid: number; command: string } | undefined {
  const inode = listeningInode(port);
  if (inode === undefined) return undefined;
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && ownsSocket(name, inode));
  if (pid === undefined || identify(Number(pid)) === undefined) return undefined;
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
  return { pid: Number(pid), command };
}
