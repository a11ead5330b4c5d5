// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { ExplainedPacket, ExplainHop } from "@/server/explain/types.ts";
import { edgeKey, tracedPath } from "./traced-path.ts";

const hop = (of: Partial<ExplainHop>): ExplainHop => ({
  chain: "web",
  pod: "p",
  node: "client",
  verdict: "forwarded",
  reason: null,
  rule: null,
  byDefault: false,
  output: null,
  nextNode: null,
  backend: null,
  choice: null,
  cycles: 0,
  waitedNs: 0,
  ttl: 63,
  ...of,
});
const packet = (hops: ExplainHop[]): ExplainedPacket => ({
  trace: 1,
  direction: "reverse",
  chain: "web",
  revision: 1,
  viewId: 1,
  outcome: "dropped",
  hops,
});

test("the nodes it was at and the edges it took are lit, the one that dropped it apart", () => {
  const path = tracedPath(
    packet([
      hop({ node: "server", nextNode: "fw" }),
      hop({ node: "fw", verdict: "dropped", reason: "denied" }),
    ]),
    "web",
  );
  expect([...(path?.nodes ?? [])]).toEqual([
    ["server", "passed"],
    ["fw", "dropped"],
  ]);
  expect([...(path?.edges ?? [])]).toEqual([edgeKey("fw", "server")]);
});

test("a packet of another chain lights nothing", () => {
  expect(tracedPath(packet([hop({})]), "other")).toBeNull();
});
