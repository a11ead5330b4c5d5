// SPDX-License-Identifier: Apache-2.0
// A fabric that is IPv6 outside and joins the pods of two nodes: two agents give out addresses and program each other's neighbours.
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionSets } from "../../src/kubernetes/resources.ts";
import { functionSet, publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { Stack } from "./stack.ts";
import { tellFailures } from "./story.ts";

const farNode = "node-2";
const farPod = "rate-limiter-shared-0";
const all = {
  name: "all",
  meter: {
    kind: "single-rate",
    committedBitsPerSecond: 1_000_000_000,
    committedBurstBytes: 1_000_000,
    excessBurstBytes: 0,
  },
};
const allow = { rules: [], defaultAction: "allow" };
const web = {
  revision: 1,
  nodes: [
    { name: "client", attachment: "client" },
    { name: "fw", function: "firewall", config: allow },
    { name: "limit", function: "rate-limiter", config: { classes: [all] } },
    { name: "server", attachment: "server" },
  ],
  edges: [
    { name: "in", from: "client", to: "fw" },
    { name: "on", from: "fw", to: "limit" },
    { name: "out", from: "limit", to: "server" },
  ],
};

/** Per packet of a pcapng file: all its headers, and source and destination as the outermost IPv6 header says them. */
function decode(file: string): { headers: string; ends: string[] }[] {
  const fields = ["frame.protocols", "ipv6.src", "ipv6.dst"].flatMap((field) => ["-e", field]);
  const text = execFileSync("tshark", ["-r", file, "-T", "fields", ...fields]).toString();
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const [headers = "", ...ends] = line.split("\t").map((list) => list.split(",")[0] ?? "");
    return { headers, ends };
  });
}

describe("pods of two nodes over IPv6 outside", () => {
  let stack: Stack;

  tellFailures(() => stack);
  beforeAll(async () => {
    stack = await Stack.start({ NFAAS_FABRIC_FAMILY: "ipv6" });
    await stack.killAgent();
    await stack.startAgent(farNode);
    const set = functionSet("rate-limiter-shared", 1);
    await stack.client.create(functionSets, { ...set, spec: { ...set.spec, function: "rate-limiter" } });
    const isReady = async () => (await stack.reportedPods(farNode)).some(({ ready }) => ready);
    await eventually("the other node's pod", isReady, 60_000);
    await stack.startAgent();
    await publish(stack.client, "acme", "web", web as object);
    await whenSettled(stack.client, "acme", "web", 1, 60_000);
  }, 300_000);
  afterAll(async () => {
    await stack?.stop();
  });

  it("carry a chain's packets from node to node and back", async () => {
    await eventually("an answer", async () => (await stack.lab.ping("acme", { count: 1 })).received === 1);
    expect(await stack.lab.ping("acme", { count: 50, intervalSeconds: 0.01 })).toEqual({
      sent: 50,
      received: 50,
    });
  });

  it("have IPv6 addresses, each its own, and send nothing between them in IPv4", async () => {
    const pods = [...(await stack.reportedPods()), ...(await stack.reportedPods(farNode))];
    const address = new Map(pods.map(({ name, fabricAddress }) => [name, fabricAddress]));
    expect(new Set(address.values()).size, JSON.stringify(pods)).toBe(pods.length);
    const capture = fetch(`${stack.agentUrl}/capture?pod=gateway-east&max=40`, {
      method: "POST",
      headers: { authorization: `Bearer ${stack.token}` },
    });
    let isCaptured = false;
    const response = capture.finally(() => {
      isCaptured = true;
    });
    while (!isCaptured) await stack.lab.ping("acme", { count: 10, intervalSeconds: 0.02 });
    const file = join(stack.state, "fabric.pcapng");
    await writeFile(file, Buffer.from(await (await response).arrayBuffer()));
    const packets = decode(file);
    const outside = new Set(packets.map(({ headers }) => headers.split(":").slice(2, 5).join(":")));
    expect([...outside]).toEqual(["ipv6:gre:nsh"]);
    const crossed = [address.get(farPod), address.get("gateway-east")].map(normal);
    const between = packets.filter(({ ends }) => ends.map(normal).join() === crossed.join());
    expect(between.length, JSON.stringify([crossed, packets.slice(0, 3)])).toBeGreaterThan(0);
  });
});

/** One spelling of an address. */
const normal = (address: string | undefined): string => new URL(`http://[${address}]/`).hostname;
