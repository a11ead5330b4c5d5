// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { type BuildOptions, buildDesiredState, type Snapshot } from "./desired-state.ts";
import { noExclusions } from "./exclusions.ts";
import { snapshot, tenant, view } from "./fixtures.ts";

const build = (pod: string, world: Snapshot, options: Partial<BuildOptions> = {}) =>
  buildDesiredState(world.pods.find((p) => p.name === pod)!, world, {
    exclusions: noExclusions,
    fresh: false,
    ...options,
  });
const withPod = (name: string, change: object): Snapshot => {
  const world = snapshot({ views: [view({ sequence: 1, weight: 100 })] });
  return { ...world, pods: world.pods.map((p) => (p.name === name ? { ...p, ...change } : p)) };
};
const live = snapshot({ views: [view({ sequence: 1, weight: 100 }), view({ sequence: 2, weight: 0 })] });
const poolOf = (world: Snapshot, pod: string, name: string) =>
  build(pod, world)
    .message.pools.find((p) => p.name === name)
    ?.backends.map((b) => b.name);

describe("the state of a pod", () => {
  it("is the same message for the same objects in any order", () => {
    const shuffled = {
      ...live,
      pods: [...live.pods].reverse(),
      views: [...live.views].reverse(),
      tenants: new Map([...live.tenants].reverse()),
    };
    expect(build("gateway-west", shuffled).message).toEqual(build("gateway-west", live).message);
  });

  it("joins every pair of pods by one socket, at which exactly one of them listens", () => {
    const links = live.pods.flatMap((pod) =>
      build(pod.name, live).message.fabric!.links.map((l) => ({
        socket: l.memif!.socket,
        server: l.memif!.server,
      })),
    );
    const sockets = new Set(links.map((l) => l.socket));
    expect(sockets.size).toBe(6);
    for (const socket of sockets) {
      const ends = links.filter((l) => l.socket === socket);
      expect(ends.map((e) => e.server).sort()).toEqual([false, true]);
    }
    expect(sockets).toContain("fabric/firewall-shared-0--gateway-west.sock");
  });

  it("knows its peers by the address and MAC they have of themselves", () => {
    const own = build("gateway-east", live).message.fabric!;
    const seen = build("gateway-west", live).message.fabric!.links.find((l) => l.peer === "gateway-east")!;
    expect([seen.address, seen.mac]).toEqual([own.address, own.mac]);
    expect([...own.mac]).toEqual([0x02, 0, 100, 64, 0, 2]);
  });

  it("has IPv6 addresses outside where the pods have them, and nobody of the other family", () => {
    const ipv6 = (n: number) => `fd6e:6661:6173::6440:${n}`;
    const pods = live.pods.map((p, i) => ({ ...p, address: ipv6(i + 1) }));
    const stray = { ...live.pods[0]!, name: "stray", uid: "uid-stray", address: "100.64.0.9" };
    const world = { ...live, pods: [...pods, stray] };
    const { fabric, pools } = build("gateway-west", world).message;
    expect(fabric!.address).toHaveLength(16);
    expect(fabric!.links.map((l) => l.address.length)).toEqual(pods.slice(1).map(() => 16));
    expect(fabric!.links.map((l) => l.peer)).not.toContain("stray");
    expect(pools.flatMap((p) => p.backends.map((b) => b.address.length))).not.toContain(4);
    const own = build("gateway-east", world).message.fabric!;
    const seen = fabric!.links.find((l) => l.peer === "gateway-east")!;
    expect([seen.address, seen.mac]).toEqual([own.address, own.mac]);
    expect(new Set([fabric!.mac, ...fabric!.links.map((l) => l.mac)].map(String)).size).toBe(pods.length);
  });

  it("holds only the views that touch the pod", () => {
    const other = view({ sequence: 3, weight: 100, chain: "lan", attachments: ["client"] });
    const world = snapshot({ views: [other] });
    expect(build("gateway-west", world).views).toHaveLength(1);
    expect(build("gateway-east", world).views).toHaveLength(0);
  });

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

  it("leaves the packets with the old view when this pod lacks the new one", () => {
    const flipped = { ...live, views: live.views.map((v) => ({ ...v, spec: { ...v.spec, weight: 100 } })) };
    const views = new Map([["uid-2", { reason: "Cordoned", message: "no" }]]);
    const state = build("gateway-west", flipped, { exclusions: { ...noExclusions, views } });
    expect(Object.fromEntries(state.shares)).toEqual({ "uid-1": 100 });
    expect(state.refused.get("uid-2")?.reason).toBe("Cordoned");
  });

  it("keeps pods that are not ready out of the pools, but never itself", () => {
    const world = withPod("firewall-shared-0", { ready: false });
    expect(poolOf(world, "gateway-west", "set/firewall-shared")).toEqual(["firewall-shared-1"]);
    expect(poolOf(world, "firewall-shared-0", "set/firewall-shared")).toEqual([
      "firewall-shared-0",
      "firewall-shared-1",
    ]);
  });

  it("has pods that join a pool start slowly", () => {
    const world = withPod("firewall-shared-0", { ready: true });
    const { pools } = build("gateway-west", world).message;
    expect(pools.length).toBeGreaterThan(0);
    expect(pools.every((p) => p.slowStartMs === 10_000)).toBe(true);
  });

  describe("when a ready pod has refused a view that another has taken", () => {
    const world = {
      ...live,
      pods: live.pods.map((p) =>
        p.name === "firewall-shared-0" ? { ...p, refused: new Set(["uid-1"]) } : p,
      ),
    };
    const takers = (pod: string, viewId: number, of = world) => {
      const { views, pools } = build(pod, of).message;
      const node = views.find((v) => v.viewId === viewId)?.nodes.find((n) => n.name === "fw");
      return pools.find((p) => p.name === node?.pool)?.backends.map((b) => b.name);
    };

    it("sends that view's packets to the others only, and other views' to all", () => {
      for (const pod of ["gateway-west", "gateway-east", "firewall-shared-1"]) {
        expect(takers(pod, 1)).toEqual(["firewall-shared-1"]);
        expect(takers(pod, 2)).toEqual(["firewall-shared-0", "firewall-shared-1"]);
      }
    });

    it("asks the pod itself again with a view whose nodes it runs", () => {
      expect(takers("firewall-shared-0", 1)).toContain("firewall-shared-0");
    });

    it("leaves the pool whole when nobody has taken the view", () => {
      const none = { ...world, pods: world.pods.map((p) => ({ ...p, refused: new Set(["uid-1"]) })) };
      expect(takers("gateway-west", 1, none)).toEqual(["firewall-shared-0", "firewall-shared-1"]);
    });
  });

  it("leads back where a flow came from when there are several ways", () => {
    const two = view({ sequence: 1, weight: 100 });
    two.spec.nodes.push({ name: "in2", attachment: "branch", forwardSi: 252, reverseSi: 252 });
    two.spec.edges.push({ name: "c", from: "in2", to: "fw" });
    const owner = tenant();
    owner.spec.attachments.push({ ...owner.spec.attachments[0]!, name: "branch", prefixes: ["10.0.9.0/24"] });
    const world = snapshot({ views: [two], tenants: new Map([["acme", owner]]) });
    const fw = build("firewall-shared-0", world).message.views[0]!.nodes.find((n) => n.name === "fw")!;
    expect(fw.reverse.map((e) => [e.to, [...e.match!.destinations[0]!.address]])).toEqual([
      ["in", [10, 0, 1, 0]],
      ["in2", [10, 0, 9, 0]],
    ]);
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

  it("names the state of a node alike in every view of the chain, and unlike in every other chain", () => {
    const world = snapshot({
      views: [
        view({ sequence: 1, weight: 100 }),
        view({ sequence: 2, weight: 0 }),
        view({ sequence: 3, weight: 0, chain: "b" }),
      ],
    });
    const keys = build("firewall-shared-0", world).message.views.map((v) => v.nodes[1]!.stateKey);
    expect(new Set(keys).size).toBe(2);
  });

  it("tells a firewall's rules with prefixes as bytes and host bits cleared", () => {
    const rule = {
      name: "web",
      action: "allow",
      protocol: "tcp",
      source: "10.0.1.7/24",
      destinationPorts: { first: 80, last: 81 },
    };
    const world = snapshot({
      views: [view({ sequence: 1, weight: 0, config: { rules: [rule], defaultAction: "deny" } })],
    });
    const { kind } = build("firewall-shared-0", world).message.views[0]!.nodes[1]!;
    const told = kind.case === "firewall" ? kind.value.rules[0]! : undefined;
    expect([[...told!.source!.address], told!.source!.length, told!.protocol]).toEqual([
      [10, 0, 1, 0],
      24,
      6,
    ]);
    expect(told!.destinationPorts).toMatchObject({ first: 80, last: 81 });
  });

  it("leaves out a view that it can't translate, and sends the rest", () => {
    const broken = view({
      sequence: 2,
      weight: 0,
      config: {
        rules: [{ name: "x", action: "allow", protocol: "tcp", source: "nonsense" }],
        defaultAction: "deny",
      },
    });
    const state = build(
      "firewall-shared-0",
      snapshot({ views: [view({ sequence: 1, weight: 100 }), broken] }),
    );
    expect(state.views.map((v) => v.metadata.uid)).toEqual(["uid-1"]);
    expect(state.refused.get("uid-2")).toMatchObject({ reason: "Unsupported" });
  });

  it("leaves out the views and attachments of an edge port that could not be opened", () => {
    const edgePorts = new Map([["acme-client", { reason: "PortFailed", message: "gone" }]]);
    const state = build("gateway-west", live, { exclusions: { ...noExclusions, edgePorts } });
    expect(state.message.edgePorts.map((p) => p.name)).toEqual(["globex-client"]);
    expect(state.refused.get("uid-1")?.reason).toBe("PortFailed");
    expect(state.message.tenants.map((t) => t.name)).toEqual(["globex"]);
  });

  it("gives a fresh process of a cordoned pod what carried traffic, before it says that it is cordoned", () => {
    const world = { ...live, pods: live.pods.map((p) => ({ ...p, cordoned: true })) };
    const first = build("firewall-shared-0", world, { fresh: true });
    expect(first.message.cordoned).toBe(false);
    expect(first.views.map((v) => v.metadata.uid)).toEqual(["uid-1"]);
    expect(first.refused.get("uid-2")?.reason).toBe("Cordoned");
    expect(build("firewall-shared-0", world).message.cordoned).toBe(true);
  });
});
