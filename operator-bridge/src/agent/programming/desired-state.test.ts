// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { noExclusions } from "./exclusions.ts";
import { build, live, snapshot, tenant, view } from "./fixtures.ts";

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

  it("leaves the packets with the old view when this pod lacks the new one", () => {
    const flipped = { ...live, views: live.views.map((v) => ({ ...v, spec: { ...v.spec, weight: 100 } })) };
    const views = new Map([["uid-2", { reason: "Cordoned", message: "no" }]]);
    const state = build("gateway-west", flipped, { exclusions: { ...noExclusions, views } });
    expect(Object.fromEntries(state.shares)).toEqual({ "uid-1": 100 });
    expect(state.refused.get("uid-2")?.reason).toBe("Cordoned");
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
