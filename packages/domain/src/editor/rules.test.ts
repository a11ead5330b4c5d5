// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import type { FirewallConfig } from "../graph.ts";
import {
  addRule,
  asFirewallConfig,
  formatPorts,
  moveRule,
  parsePorts,
  removeRule,
  updateRule,
  withProtocol,
} from "./rules.ts";

const config: FirewallConfig = {
  defaultAction: "deny",
  rules: [
    { name: "a", action: "allow", protocol: "tcp", destinationPorts: { first: 80, last: 80 } },
    { name: "b", action: "deny", protocol: "udp" },
    { name: "c", action: "allow", protocol: "icmp" },
  ],
};
const names = (value: FirewallConfig) => value.rules.map(({ name }) => name).join("");

describe("rules", () => {
  test.each([
    [0, 2, "bca"],
    [2, 0, "cab"],
    [0, 1, "bac"],
    [1, 1, "abc"],
    [0, 3, "abc"],
    [0, -1, "abc"],
  ])("moving %i to %i gives %s", (from, to, expected) => {
    expect(names(moveRule(config, from, to))).toBe(expected);
  });

  test("a new rule goes last under a free name", () => {
    const added = addRule(addRule(config));
    expect(added.rules.slice(3).map(({ name }) => name)).toEqual(["rule-1", "rule-2"]);
  });

  test("a field set to undefined is gone, not present and empty", () => {
    const changed = updateRule(config, 0, { destinationPorts: undefined });
    expect(Object.keys(changed.rules[0]!)).toEqual(["name", "action", "protocol"]);
  });

  test("a protocol without ports takes the ports away", () => {
    expect(updateRule(config, 0, withProtocol("icmp")).rules[0]).toEqual({
      name: "a",
      action: "allow",
      protocol: "icmp",
    });
    expect(updateRule(config, 0, withProtocol("udp")).rules[0]?.destinationPorts).toEqual({
      first: 80,
      last: 80,
    });
  });

  test("removing takes one rule and leaves the rest in order", () => {
    expect(names(removeRule(config, 1))).toBe("ac");
  });

  test.each([[undefined], [null], ["text"], [{ rules: 3 }]])(
    "%j reads as an empty firewall that denies",
    (value) => {
      expect(asFirewallConfig(value)).toEqual({ rules: [], defaultAction: "deny" });
    },
  );
});

describe("ports", () => {
  test.each([
    ["80", { first: 80, last: 80 }],
    [" 8000 - 8100 ", { first: 8000, last: 8100 }],
    ["", undefined],
    ["0", null],
    ["65536", null],
    ["90-80", null],
    ["http", null],
    ["1-2-3", null],
  ])("%j is read as %j", (text, ports) => {
    expect(parsePorts(text)).toEqual(ports);
  });

  test.each([["80"], ["8000-8100"], [""]])("%j survives reading and writing", (text) => {
    expect(formatPorts(parsePorts(text) ?? undefined)).toBe(text);
  });
});
