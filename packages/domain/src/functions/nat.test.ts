// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { functionKinds } from "./catalogue.ts";
import {
  formatTranslation,
  type NatConfig,
  natPublicPrefixes,
  natTranslations,
  parseTranslation,
  validateNat,
} from "./nat.ts";

const codes = (config: unknown): string[] => validateNat(config).map((i) => i.code);

const translating = (...pairs: [string, string][]) => ({
  publicPrefixes: [],
  prefixTranslations: pairs.map(([internal, external]) => ({ internal, external })),
});

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
    ["a translation without its external prefix", translating(["fd00:1::/48", ""]), "NF507"],
    ["a translation of IPv4", translating(["fd00:1::/48", "192.0.2.0/24"]), "NF507"],
    ["a translated prefix that is too long", translating(["fd00:1::/65", "2001:db8:1::/64"]), "NF507"],
    ["host bits in a translated prefix", translating(["fd00:1::1/48", "2001:db8:1::/48"]), "NF507"],
    ["prefixes of two lengths", translating(["fd00:1::/48", "2001:db8:1::/56"]), "NF508"],
    [
      "an external prefix twice",
      translating(["fd00:1::/48", "2001:db8:1::/48"], ["fd00:2::/56", "2001:db8:1:100::/56"]),
      "NF509",
    ],
    [
      "more translations than the data plane takes",
      translating(
        ...Array.from({ length: 17 }, (_, i): [string, string] => [`fd00:${i}::/48`, `2001:db8:${i}::/48`]),
      ),
      "NF504",
    ],
    [
      "a translation with a field missing",
      { publicPrefixes: [], prefixTranslations: [{ internal: "::" }] },
      "NF501",
    ],
  ])("reports %s", (_what, config, code) => {
    expect(codes(config)).toEqual([code]);
  });

  it.each<[NatConfig]>([
    [{ publicPrefixes: ["192.0.2.64/26"] }],
    [{ publicPrefixes: ["192.0.2.8/30", "203.0.113.7"], acceptAnyRemote: true, quarantineSeconds: 300 }],
    [translating(["fd00:1::/48", "2001:db8:1::/48"], ["fd00:2::/64", "2001:db8:2::/64"])],
    [{ ...translating(["fd00:1::/48", "2001:db8:1::/48"]), publicPrefixes: ["192.0.2.8/30"] }],
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

  it("is read from what people write, and written back", () => {
    const text = "fd00:1::/48=2001:db8:1::/48";
    expect(parseTranslation(text)).toEqual({ internal: "fd00:1::/48", external: "2001:db8:1::/48" });
    expect(formatTranslation(parseTranslation(text))).toBe(text);
    expect(parseTranslation("fd00:1::/48")).toEqual({ internal: "fd00:1::/48", external: "" });
  });

  it.each([
    [undefined],
    [null],
    [{ prefixTranslations: 3 }],
    [{ prefixTranslations: [null, { internal: "::" }] }],
  ])("translates nothing when it is %j", (config) => {
    expect(natTranslations(config)).toEqual([]);
  });
});
