// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { Snapshot } from "./desired-state.ts";
import { build, live, snapshot, tenant, view } from "./fixtures.ts";

describe("what a pod is told of tenants and their attachments", () => {
  it("injects nothing at a tap, and leads nothing back from it", () => {
    const own = tenant();
    const tapped = { ...own.spec.attachments[1]!, tap: { collector: "10.0.2.9" } };
    const world = snapshot({
      views: [view({ sequence: 1, weight: 100 })],
      tenants: new Map([
        ["acme", { ...own, spec: { ...own.spec, attachments: [own.spec.attachments[0]!, tapped] } }],
      ]),
    });
    const { tenants, views } = build("gateway-east", world).message;
    expect(tenants[0]?.attachments[0]?.tap?.collector).toEqual(new Uint8Array([10, 0, 2, 9]));
    expect(tenants[0]?.attachments[0]?.ingress).toEqual([]);
    expect(views[0]?.nodes.find((n) => n.name === "out-0")?.reverse).toEqual([]);
  });

  it("tells gateways of every view of a chain that keeps flows, in 100 percent", () => {
    const ingress = (views: Snapshot["views"]) =>
      build("gateway-west", snapshot({ views })).message.tenants[0]?.attachments[0]?.ingress.map((i) => [
        i.viewId,
        i.share,
        i.keepFlows,
      ]);
    const old = view({ sequence: 1, weight: 100 });
    const kept = { ...old, spec: { ...old.spec, keepFlows: true } };
    const [pending, next] = [view({ sequence: 2, weight: 0 }), view({ sequence: 2, weight: 100 })];
    expect(ingress([kept, pending])).toEqual([
      [1, 100, true],
      [2, 0, false],
    ]);
    expect(ingress([kept, next])).toEqual([
      [1, 0, true],
      [2, 100, false],
    ]);
    expect(ingress([old, next])).toEqual([[2, 100, false]]);
  });

  it("leaves out a tap whose collector is not on its link", () => {
    const own = tenant();
    own.spec.attachments[1]!.tap = { collector: "10.0.9.9" };
    const world = snapshot({ tenants: new Map([["acme", own]]) });
    expect(build("gateway-east", world).message.tenants).toEqual([]);
  });

  it("gives a gateway the attachments that are its own, of tenants without a chain too", () => {
    const tenants = build("gateway-west", live).message.tenants;
    expect(tenants.map((t) => [t.name, t.attachments.map((a) => a.name)])).toEqual([
      ["acme", ["client"]],
      ["globex", ["client"]],
    ]);
    expect(tenants[1]?.attachments[0]?.ingress).toEqual([]);
  });

  it("gives a firewall only the tenants whose views it runs, and no attachment", () => {
    const tenants = build("firewall-shared-0", live).message.tenants;
    expect(tenants.map((t) => [t.name, t.attachments])).toEqual([["acme", []]]);
  });

  it("names the servers of direct return as a pool of the attachment, without those off its link", () => {
    const owner = tenant();
    owner.spec.attachments[0]!.directReturn = {
      servers: [
        { name: "web-1", address: "10.0.1.11" },
        { name: "web-2", address: "10.0.1.12", weight: 0 },
        { name: "far", address: "10.9.9.9" },
      ],
    };
    const { message } = build("gateway-west", { ...live, tenants: new Map([["acme", owner]]) });
    const name = message.tenants[0]!.attachments[0]!.directReturn;
    const pool = message.pools.find((p) => p.name === name)!;
    expect(pool.backends.map((b) => [b.name, [...b.address], b.weight])).toEqual([
      ["web-1", [10, 0, 1, 11], 100],
      ["web-2", [10, 0, 1, 12], 0],
    ]);
    expect(build("gateway-west", live).message.tenants[0]!.attachments[0]!.directReturn).toBe("");
  });

  it("puts new packets into the view that has the weight", () => {
    const ingress = (world: Snapshot) =>
      build("gateway-west", world).message.tenants[0]!.attachments[0]!.ingress.map((s) => [
        s.viewId,
        s.share,
      ]);
    expect(ingress(live)).toEqual([[1, 100]]);
    const flipped = { ...live, views: live.views.map((v) => ({ ...v, spec: { ...v.spec, weight: 100 } })) };
    expect(ingress(flipped)).toEqual([[2, 100]]);
  });

  it("tells an attachment's IPv6 address, and its subnet where no other IPv6 prefix is named", () => {
    const owner = tenant();
    owner.spec.attachments[0]!.address6 = "2001:db8:1::1/64";
    const world = snapshot({
      views: [view({ sequence: 1, weight: 100 })],
      tenants: new Map([["acme", owner]]),
    });
    const [first] = build("gateway-west", world).message.tenants[0]!.attachments;
    expect([first!.address6!.address.length, first!.address6!.address[15], first!.address6!.length]).toEqual([
      16, 1, 64,
    ]);
    const ipv6 = first!.prefixes.filter((p) => p.address.length === 16);
    expect(ipv6.map((p) => [p.address[15], p.length])).toEqual([[0, 64]]);
  });

  it.each(["address", "address6"] as const)(
    "goes on for the others when the %s of an attachment is no address",
    (field) => {
      const owner = tenant();
      owner.spec.attachments[0]![field] = field === "address" ? "10.0.1.300/24" : "2001::db8::1/64";
      const globex = tenant("globex", 2);
      const world = snapshot({
        tenants: new Map([
          ["acme", owner],
          ["globex", globex],
        ]),
      });
      const told = build("gateway-west", world).message.tenants;
      expect(told.flatMap((t) => t.attachments.map((a) => `${t.name}/${a.name}`))).toEqual(["globex/client"]);
    },
  );
});
