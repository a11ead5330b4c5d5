// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { functionKinds } from "./catalogue.ts";
import { type NatConfig, natPublicPrefixes, validateNat } from "./nat.ts";

const codes = (config: unknown): string[] => validateNat(config).map((i) => i.code);

describe("a NAT's configuration", () => {
  it.each<[string, unknown, string]>([
    ["no shape at all", null, "NF501"],
    ["an unknown field", { publicPrefixes: ["192.0.2.1"], ports: 3 }, "NF501"],
    ["no address", { publicPrefixes: [] }, "NF502"],
    ["a prefix that is none", { publicPrefixes: ["nowhere"] }, "NF503"],
    ["IPv6", { publicPrefixes: ["2001:db8::/64"] }, "NF503"],
    ["host bits", { publicPrefixes: ["192.0.2.9/30"] }, "NF503"],
    ["more addresses than the data plane takes", { publicPrefixes: ["192.0.2.0/25"] }, "NF504"],
    ["an address twice", { publicPrefixes: ["192.0.2.8/30", "192.0.2.9"] }, "NF505"],
    ["a quarantine of nothing", { publicPrefixes: ["192.0.2.8/30"], quarantineSeconds: 0 }, "NF506"],
    ["a quarantine of days", { publicPrefixes: ["192.0.2.8/30"], quarantineSeconds: 86_401 }, "NF506"],
  ])("reports %s", (_what, config, code) => {
    expect(codes(config)).toEqual([code]);
  });

  it.each<[NatConfig]>([
    [{ publicPrefixes: ["192.0.2.64/26"] }],
    [{ publicPrefixes: ["192.0.2.8/30", "203.0.113.7"], acceptAnyRemote: true, quarantineSeconds: 300 }],
  ])("takes %j", (config) => {
    expect(codes(config)).toEqual([]);
  });

  it("starts with one that is valid", () => {
    expect(functionKinds.nat?.validate(functionKinds.nat.defaultConfig)).toEqual([]);
  });

  it.each([[undefined], [null], [{}], [{ publicPrefixes: 3 }], [{ publicPrefixes: [null] }]])(
    "names no prefix when it is %j",
    (config) => {
      expect(natPublicPrefixes(config)).toEqual([]);
    },
  );
});
