// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ServiceChain } from "@nfaas/domain";
import { lineGraph, usualRules } from "../harness/console-api.ts";
import { SteadyPing } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

const acmeTenantId = 1;
const fields = ["gre.key", "nsh.spi", "nsh.si", "icmp.type"];

/** tshark's view of a capture: one row a packet, one column a field. */
async function decode(file: string): Promise<string[][]> {
  const columns = fields.flatMap((field) => ["-e", field]);
  const { stdout } = await promisify(execFile)("tshark", [
    "-r",
    file,
    "-Y",
    "icmp",
    "-T",
    "fields",
    ...columns,
  ]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.split("\t"));
}

test("tshark reads captured fabric packets: key, falling service index, the tenant's packet", async ({
  nfaas,
  lab,
  acmeChain,
}) => {
  await acmeChain.publishAndWait(lineGraph(usualRules));
  const { status } = await nfaas.get<ServiceChain>("servicechain", "web", "-n", "tenant-acme");
  const key = (acmeTenantId << 8) | (status?.activeView?.viewId ?? 0);

  const folder = mkdtempSync(join(tmpdir(), "nfaas-capture-"));
  const ping = new SteadyPing(lab, "acme", 0.05);
  try {
    const file = join(folder, "gateway.pcapng");
    await nfaas.nfaas("capture", "gateway-west", "-c", "400", "-w", file);
    // globex pings at the same addresses: only the key tells the two apart.
    const packets = (await decode(file)).filter(([packetKey]) => Number(packetKey) === key);
    const requests = packets.filter(([, spi, , type]) => spi === "1" && type === "8");
    const replies = packets.filter(([, spi, , type]) => spi === "2" && type === "0");
    expect(requests.length).toBeGreaterThan(0);
    expect(replies.length).toBeGreaterThan(0);
    // From the client's gateway: out to the firewall (the second position), back from it (the third).
    expect(new Set(requests.map(([, , si]) => si))).toEqual(new Set(["254"]));
    expect(new Set(replies.map(([, , si]) => si))).toEqual(new Set(["253"]));
  } finally {
    await ping.stop();
    rmSync(folder, { recursive: true });
  }
});
