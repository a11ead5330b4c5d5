// SPDX-License-Identifier: Apache-2.0
// What tests see of an instance's fabric: packets between its pods, and the ways that explain tells.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readInstance } from "./instance.ts";
import type { StatePaths } from "./paths.ts";
import { loadSecrets } from "./secrets.ts";

export interface FabricPacket {
  /** tshark's names of the three outermost headers behind Ethernet's: "ipv6:gre:nsh". */
  readonly outside: string;
  /** The outermost IPv6 source; empty without one. */
  readonly source: string;
  readonly tenantId: number;
  /** NSH's SPI: "1" forward, "2" reverse. */
  readonly path: string;
}

/** What a pcapng file has, as tshark reads it. */
export async function readPackets(file: string): Promise<FabricPacket[]> {
  const fields = ["frame.protocols", "ipv6.src", "gre.key", "nsh.spi"].flatMap((field) => ["-e", field]);
  const { stdout } = await promisify(execFile)("tshark", ["-r", file, "-T", "fields", ...fields]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [headers = "", sources = "", key = "", path = ""] = line.split("\t");
    const outside = headers.split(":").slice(2, 5).join(":"); // behind "eth:ethertype"
    return { outside, source: sources.split(",")[0] ?? "", tenantId: Number(key) >> 8, path };
  });
}

export interface Hop {
  readonly pod: string;
  readonly trace: number;
  readonly direction: string;
  readonly verdict: string;
  readonly ttl: number;
}

/** Every pod's record of the tenant's next ping, the demo's; in the order of the way. */
export async function wayOfNextPing(paths: StatePaths, tenantId: number): Promise<Hop[]> {
  const { ports } = readInstance({ ...process.env, NFAAS_STATE: paths.root })!;
  const url = `http://127.0.0.1:${ports.agent}/explain`;
  const headers = {
    authorization: `Bearer ${loadSecrets(paths).agentToken}`,
    "content-type": "application/json",
  };
  const flow = { protocol: "icmp" };
  const body = JSON.stringify({ tenantId, flow, packets: 1, firstTrace: 10, traces: 20, waitMs: 5_000 });
  const asked = await fetch(url, { method: "POST", headers, body });
  if (!asked.ok) throw new Error(`explain: ${asked.status} ${await asked.text()}`);
  const response = await fetch(`${url}?tenantId=${tenantId}&maxAgeMs=10000`, { headers });
  const records = (await response.json()) as Hop[];
  const requests = records.filter(({ direction }) => direction === "forward");
  return requests.filter(({ trace }) => trace === requests[0]?.trace).sort((a, b) => b.ttl - a.ttl);
}
