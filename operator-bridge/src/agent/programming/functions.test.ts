// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { functionKinds, type ServiceChainView } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { Action, MeterKind, NodeSchema } from "../generated/nfaas_dataplane_pb.ts";
import { domainLists } from "./functions/web-gateway.ts";
import { functionKind } from "./functions.ts";

const told = (name: string, config: unknown) => create(NodeSchema, { kind: functionKind(name, config) }).kind;

describe("a function's configuration as the data plane is told it", () => {
  it.each(Object.values(functionKinds).map((kind) => [kind.name, kind.defaultConfig]))(
    "%s can be told with what a new node starts with",
    (name, config) => {
      expect(told(name, config).value).toBeDefined();
    },
  );

  it("tells a firewall's limit of new flows, and none when there is none", () => {
    const config = { rules: [], defaultAction: "deny" };
    const limited = told("firewall", { ...config, newFlows: { perSecond: 100, burst: 20 } });
    expect(limited.value).toMatchObject({ newFlowsPerSecond: 100, newFlowBurst: 20 });
    expect(told("firewall", config).value).toMatchObject({ newFlowsPerSecond: 0, newFlowBurst: 0 });
  });

  it("tells how much a firewall logs, as a whole and by rule", () => {
    const rule = { name: "web", action: "allow", protocol: "tcp", log: { oneIn: 1 } };
    const logged = told("firewall", { rules: [rule], defaultAction: "deny", log: { oneIn: 50 } });
    expect(logged.value).toMatchObject({ logOneIn: 50, rules: [{ logOneIn: 1 }] });
    expect(told("firewall", { rules: [], defaultAction: "deny" }).value).toMatchObject({ logOneIn: 0 });
  });

  it("gives a rate limiter's colours the actions they have when nothing is said", () => {
    const meter = {
      kind: "two-rate",
      committedBitsPerSecond: 1_000_000,
      committedBurstBytes: 3000,
      peakBitsPerSecond: 2_000_000,
      peakBurstBytes: 6000,
      colourAware: true,
    };
    const match = { protocol: "udp", dscps: [46], maxLength: 200 };
    const config = { classes: [{ name: "voice", match, meter, actions: { yellow: { mark: 12 } } }] };
    const kind = told("rate-limiter", config);
    expect(kind.case === "rateLimiter" && kind.value.classes[0]).toMatchObject({
      name: "voice",
      match: { flow: { protocol: 17 }, dscps: [46], minLength: 0, maxLength: 200 },
      meter: {
        kind: MeterKind.TWO_RATE,
        committedRate: 1_000_000n,
        committedBurst: 3000n,
        peakRate: 2_000_000n,
        peakBurst: 6000n,
        colourAware: true,
      },
      green: { drop: false, mark: false },
      yellow: { mark: true, dscp: 12 },
      red: { drop: true, mark: false },
    });
  });

  it("tells a classifier's class without a percentage to take all of its flows", () => {
    const kind = told("classifier", { classes: [{ output: "a" }, { output: "b", percent: 5 }] });
    expect(kind.case === "classifier" && kind.value.classes.map((c) => [c.output, c.percent])).toEqual([
      ["a", 100],
      ["b", 5],
    ]);
  });

  it("tells a NAT its public addresses in bytes and its quarantine in milliseconds", () => {
    const kind = told("nat", { publicPrefixes: ["192.0.2.8/30"], quarantineSeconds: 5 });
    expect(kind.case === "nat" && kind.value).toMatchObject({
      publicPrefixes: [{ address: Uint8Array.from([192, 0, 2, 8]), length: 30 }],
      acceptAnyRemote: false,
      quarantineMs: 5000,
    });
  });

  it("tells a NAT both prefixes of each translation", () => {
    const prefixTranslations = [{ internal: "fd00:1::/48", external: "2001:db8:1::/48" }];
    const kind = told("nat", { publicPrefixes: [], prefixTranslations });
    const words = (...of: number[]) =>
      Uint8Array.from({ length: 16 }, (_, i) => ((of[i >> 1] ?? 0) >> (i % 2 ? 0 : 8)) & 255);
    expect(kind.case === "nat" && kind.value).toMatchObject({
      publicPrefixes: [],
      prefixTranslations: [
        {
          internal: { address: words(0xfd00, 1), length: 48 },
          external: { address: words(0x2001, 0xdb8, 1), length: 48 },
        },
      ],
    });
  });

  it("tells a mirror to copy all of every flow when nothing is said", () => {
    expect(told("mirror", {}).value).toMatchObject({ snapLength: 0, percent: 100 });
    expect(told("mirror", { snapLength: 64, percent: 5 }).value).toMatchObject({
      snapLength: 64,
      percent: 5,
    });
  });

  it("refuses a function this release does not know by its name", () => {
    expect(() => told("toString", {})).toThrow("toString");
  });

  it("joins a web gateway's lists, one for each action, and names them by what is in them", () => {
    const config = {
      lists: [
        { name: "a", action: "deny", domains: ["B.example.", "*.a.example"] },
        { name: "b", action: "deny", domains: ["b.example"] },
      ],
    };
    const node = { name: "web", forwardSi: 254, reverseSi: 254, function: "web-gateway", config };
    const view = { spec: { nodes: [node, { ...node, name: "again" }] } } as unknown as ServiceChainView;
    const [list, ...more] = domainLists([view, view]);
    expect(more).toEqual([]);
    expect(Buffer.from(list?.names ?? []).toString()).toBe("*.a.example\nb.example");
    expect(list?.digest).toHaveLength(32);
    const same = {
      lists: [{ name: "x", action: "deny", domains: ["b.example", "*.A.example"] }],
      hidden: "allow",
    };
    expect(told("web-gateway", same).value).toMatchObject({
      allow: [],
      deny: [list?.name],
      hidden: Action.ALLOW,
    });
    expect(told("web-gateway", config).value).toMatchObject({ deny: [list?.name], hidden: Action.DENY });
  });
});
