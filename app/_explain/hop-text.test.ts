// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { ExplainHop } from "@/server/explain/types.ts";
import { ruleText, verdictText } from "./hop-text.ts";

const hop: ExplainHop = {
  chain: "web",
  pod: "firewall-0",
  node: "fw",
  verdict: "forwarded",
  reason: null,
  rule: "web",
  byDefault: false,
  output: null,
  nextNode: "server",
  backend: "gateway-east",
  choice: "maglev",
  cycles: 90,
  waitedNs: 5_000,
  ttl: 62,
};

test("a forwarded packet: where to, which pod, how that was chosen", () => {
  expect(verdictText(hop)).toBe("On to server, pod gateway-east (by the flow’s hash)");
  expect(verdictText({ ...hop, output: "voice", choice: "flow" })).toBe(
    "On to server by output voice, pod gateway-east (where the flow goes already)",
  );
});

test("a packet whose next node the same pod runs crosses no link", () => {
  expect(verdictText({ ...hop, verdict: "stayed", choice: null })).toBe("On to server, in the same pod");
});

test("a packet that goes on in another chain says so", () => {
  expect(verdictText({ ...hop, verdict: "entered", nextNode: null })).toBe("On in another chain");
});

test("a dropped packet says why in a person's words", () => {
  expect(verdictText({ ...hop, verdict: "dropped", reason: "denied" })).toBe(
    "Dropped: A firewall denies it, by a rule or by default",
  );
});

test("what decided: a rule, the default, or nothing", () => {
  expect(ruleText(hop)).toBe("Rule web");
  expect(ruleText({ ...hop, rule: null, byDefault: true })).toBe("No rule matches: the default");
  expect(ruleText({ ...hop, rule: null })).toBeNull();
});
