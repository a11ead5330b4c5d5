// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { FirewallRule } from "../graph.ts";
import { coversRule, validateFirewall } from "./firewall.ts";

const rule = (more: Partial<FirewallRule> = {}): FirewallRule => ({
  name: "r",
  action: "allow",
  protocol: "tcp",
  ...more,
});
const codes = (...rules: FirewallRule[]): string[] =>
  validateFirewall({ rules, defaultAction: "deny" }).map((i) => i.code);

describe("a firewall's configuration", () => {
  it.each<[string, FirewallRule[], string]>([
    ["a bad prefix", [rule({ destination: "10.0.0.0/99" })], "NF202"],
    ["a port range upside down", [rule({ destinationPorts: { first: 90, last: 80 } })], "NF203"],
    ["port 0", [rule({ destinationPorts: { first: 0, last: 80 } })], "NF203"],
    ["two rules of one name", [rule(), rule({ protocol: "udp" })], "NF204"],
    ["a name with spaces", [rule({ name: "allow all" })], "NF206"],
    [
      "ports without a protocol that has them",
      [rule({ protocol: "icmp", destinationPorts: { first: 1, last: 2 } })],
      "NF207",
    ],
    ["a shadowed rule", [rule({ name: "a" }), rule({ name: "b", source: "10.0.0.0/8" })], "NF208"],
    ["mixed families", [rule({ source: "10.0.0.0/8", destination: "2001:db8::/32" })], "NF209"],
    ["nothing allowed", [rule({ action: "deny" })], "NF210"],
    ["host bits", [rule({ source: "10.0.0.1/8" })], "NF211"],
  ])("reports %s", (_what, rules, code) => {
    expect(codes(...rules)).toEqual([code]);
  });
  it("reports a limit of new flows out of its range", () => {
    const check = (newFlows: unknown) =>
      validateFirewall({ rules: [rule()], defaultAction: "deny", newFlows }).map(
        (i) => `${i.code} ${i.path}`,
      );
    expect(check({ perSecond: 100, burst: 10_000_000 })).toEqual([]);
    expect(check({ perSecond: 0, burst: 10_000_001 })).toEqual([
      "NF214 newFlows.perSecond",
      "NF214 newFlows.burst",
    ]);
    expect(check({})).toEqual(["NF201 newFlows.perSecond"]);
  });
  it("reports a log out of its range, of the whole and of a rule", () => {
    const logged = { ...rule(), log: { oneIn: 1_000_001 } };
    const issues = validateFirewall({ rules: [logged], defaultAction: "deny", log: { oneIn: 0 } });
    expect(issues.map((i) => `${i.code} ${i.path}`)).toEqual(["NF215 rules[0].log.oneIn", "NF215 log.oneIn"]);
    const fine = {
      rules: [{ ...rule(), log: { oneIn: 1 } }],
      defaultAction: "deny",
      log: { oneIn: 1_000_000 },
    };
    expect(validateFirewall(fine)).toEqual([]);
  });
  it("refuses fields it does not know, so that a typo is not an open door", () => {
    const issues = validateFirewall({ rules: [{ ...rule(), sorce: "10.0.0.0/8" }], defaultAction: "deny" });
    expect(issues.map((i) => i.code)).toEqual(["NF201"]);
  });
  it("refuses more rules than the data plane takes", () => {
    const rules = Array.from({ length: 10_001 }, (_, i) => rule({ name: `r${i}` }));
    expect(codes(...rules)).toContain("NF205");
  });
});

describe("coversRule", () => {
  it("says a rule shadows another only when every packet of it is taken", () => {
    const web = rule({ destinationPorts: { first: 80, last: 80 } });
    expect(coversRule(rule(), web)).toBe(true);
    expect(coversRule(web, rule())).toBe(false);
    expect(coversRule(rule({ protocol: "any" }), rule({ protocol: "icmp" }))).toBe(true);
    expect(coversRule(rule({ source: "10.0.0.0/8" }), rule())).toBe(false);
  });
});
