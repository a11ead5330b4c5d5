// SPDX-License-Identifier: Apache-2.0
import type { ExplainRecord } from "@nfaas/domain";
import { describe, expect, test } from "vitest";
import { assemblePackets } from "./assemble.ts";

const record = (of: Partial<ExplainRecord>): ExplainRecord => ({
  trace: 1,
  pod: "gateway-west",
  viewUid: "uid",
  viewId: 3,
  node: "client",
  direction: "forward",
  verdict: "forwarded",
  reason: null,
  rule: null,
  byDefault: false,
  output: null,
  nextNode: "fw",
  backend: "firewall-0",
  choice: "maglev",
  cycles: 100,
  waitedNs: 5_000,
  ttl: 63,
  ...of,
});
const views = new Map([
  ["uid", { chain: "web", revision: 2 }],
  ["far", { chain: "far", revision: 1 }],
]);
const viewOf = (uid: string) => views.get(uid);

describe("assembling packets", () => {
  test("orders a packet's hops by their way, whatever the order in which pods answer", () => {
    const [packet] = assemblePackets(
      [
        record({ ttl: 61, verdict: "left", node: "server", pod: "gateway-east" }),
        record({ ttl: 63 }),
        record({ ttl: 62, node: "fw", pod: "firewall-0" }),
      ],
      viewOf,
    );
    expect(packet?.hops.map(({ node }) => node)).toEqual(["client", "fw", "server"]);
    expect(packet).toMatchObject({
      outcome: "left",
      chain: "web",
      revision: 2,
      viewId: 3,
      direction: "forward",
    });
  });

  test("follows a packet from one chain into another", () => {
    const [packet] = assemblePackets(
      [
        record({ ttl: 54, viewUid: "far", node: "other" }),
        record({ ttl: 62, node: "choose", verdict: "entered", nextNode: null }),
        record({ ttl: 63 }),
      ],
      viewOf,
    );
    expect(packet?.hops.map(({ node, chain }) => [node, chain])).toEqual([
      ["client", "web"],
      ["choose", "web"],
      ["other", "far"],
    ]);
    expect(packet).toMatchObject({ chain: "web", outcome: "unknown" });
  });

  test("keeps packets apart", () => {
    const packets = assemblePackets(
      [record({ trace: 9 }), record({ trace: 2 }), record({ trace: 9, ttl: 62 })],
      viewOf,
    );
    expect(packets.map(({ trace, hops }) => [trace, hops.length])).toEqual([
      [2, 1],
      [9, 2],
    ]);
  });

  test("calls a packet dropped though its gateway had let it go", () => {
    const records = [
      record({ verdict: "dropped", reason: "link-full", node: "server", ttl: 61 }),
      record({ verdict: "left", node: "server", ttl: 61 }),
    ];
    const [packet] = assemblePackets(records, viewOf);
    expect(packet?.outcome).toBe("dropped");
    expect(packet?.hops.at(-1)?.verdict).toBe("dropped");
  });

  test("says of one that entered no view that it belongs to no chain", () => {
    const spoofed = record({
      viewUid: "",
      viewId: 0,
      node: "",
      direction: null,
      verdict: "dropped",
      reason: "spoofed",
    });
    expect(assemblePackets([spoofed], viewOf)).toMatchObject([
      { chain: null, revision: null, viewId: null, direction: null, outcome: "dropped" },
    ]);
  });

  test("does not know the end of one that has neither left nor been dropped", () => {
    expect(assemblePackets([record({})], viewOf)[0]?.outcome).toBe("unknown");
  });
});
