// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import type { Secret } from "../../kubernetes/core.ts";
import { ErrorCode } from "../generated/nfaas_dataplane_pb.ts";
import { buildDesiredState } from "./desired-state.ts";
import { describeFaults, exclude, noExclusions } from "./exclusions.ts";
import { snapshot } from "./fixtures.ts";
import { keysOf, type Sharing, stateGroup } from "./sharing.ts";

const { pods } = snapshot();
const pod = (name: string) => pods.find((p) => p.name === name)!;
const key = Uint8Array.from({ length: 32 }, (_, i) => i);
const sharing: Sharing = { keys: new Map([["firewall-shared", key]]), instance: "a" };
const members = (name: string, of: Sharing | undefined = sharing) =>
  stateGroup(pod(name), pods, of)?.members?.map((m) => [m.pod, [...(m.address ?? [])], m.port]);

describe("a state group", () => {
  it("is of the firewalls of one set, each of which names the same members", () => {
    const named = members("firewall-shared-0");
    expect(named?.map(([name]) => name)).toEqual(["firewall-shared-0", "firewall-shared-1"]);
    expect(members("firewall-shared-1")).toEqual(named);
    expect(members("gateway-west")).toBeUndefined();
  });

  it("is of NATs too, and of no function whose flows are of one pod only", () => {
    const as = (role: string) => stateGroup({ ...pod("firewall-shared-0"), function: role }, pods, sharing);
    expect(as("nat")?.name).toBe("firewall-shared");
    expect(as("rate-limiter")).toBeUndefined();
  });

  it("is none before its key is there", () => {
    expect(members("firewall-shared-0", { ...sharing, keys: new Map() })).toBeUndefined();
    expect(stateGroup(pod("firewall-shared-0"), pods, undefined)).toBeUndefined();
  });

  it("listens at a loopback address per pod on one machine, and at the pod's own on a cluster", () => {
    const listens = (of: Sharing) => stateGroup(pod("firewall-shared-1"), pods, of)!;
    expect([...listens(sharing).address!]).toEqual([127, 64, 0, 4]);
    expect(listens(sharing).port).toBeGreaterThanOrEqual(10_000);
    expect(listens(sharing).port).toBeLessThan(30_000);
    expect(listens({ ...sharing, instance: "b" }).port).not.toBe(listens(sharing).port);
    expect([...listens({ keys: sharing.keys }).address!]).toEqual([100, 64, 0, 4]);
  });

  it("listens and connects by the fabric's family on a cluster, at IPv4's loopback on one machine", () => {
    const address6 = (p: (typeof pods)[number]) => ({
      ...p,
      address: `fd00:200::${p.address.split(".")[3]}`,
    });
    const of = (sharing: Sharing, all = pods.map(address6)) =>
      stateGroup(address6(pod("firewall-shared-1")), all, sharing);
    const group = of({ keys: sharing.keys })!;
    expect([...group.address!]).toEqual([0xfd, 0, 2, 0, ...Array(11).fill(0), 4]);
    expect(group.members?.map((m) => m.address?.length)).toEqual([16, 16]);
    expect([...of(sharing)!.address!]).toEqual([127, 0, 0, 4]);
    const mixed = pods.map((p) => (p.name === "firewall-shared-0" ? p : address6(p)));
    expect(of({ keys: sharing.keys }, mixed)?.members?.map((m) => m.pod)).toEqual(["firewall-shared-1"]);
  });

  it("is that of gateways that name the same one, whatever function sets are called", () => {
    const world = snapshot();
    const gateways = new Map(
      [...world.gateways].map(([name, g]) => [name, { ...g, spec: { ...g.spec, stateGroup: "edge" } }]),
    );
    const keys = new Map([["gateway.edge", key]]);
    const of = (name: string, which = gateways) =>
      stateGroup(pod(name), pods, { keys, instance: "a" }, which);
    expect(of("gateway-west")?.name).toBe("gateway.edge");
    expect(of("gateway-west")?.members?.map((m) => m.pod)).toEqual(["gateway-east", "gateway-west"]);
    expect(of("gateway-west", world.gateways as never)).toBeUndefined();
    expect(of("firewall-shared-0")).toBeUndefined();
  });

  it("is in the state of its pods, and left out where its port is taken", () => {
    const world = snapshot({ sharing });
    const build = (exclusions = noExclusions) =>
      buildDesiredState(pod("firewall-shared-0"), world, { exclusions, fresh: false });
    const state = build();
    expect(state.message.stateGroup?.name).toBe("firewall-shared");
    const error = { code: ErrorCode.PORT_FAILED, message: "taken", field: "state_group.address", viewId: 0 };
    const without = exclude(noExclusions, error as never, state)!;
    expect(build(without).message.stateGroup).toBeUndefined();
    expect(describeFaults(without)).toEqual(["state group: PortFailed: state_group.address: taken"]);
  });
});

describe("a set's key", () => {
  const secret = (name: string, data: Record<string, string>): Secret => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name },
    data,
  });

  it("is read from the Secret of the set, if it has 32 bytes", () => {
    const right = secret("state-group-firewall-shared", { key: Buffer.from(key).toString("base64") });
    const short = secret("state-group-other", { key: "AAAA" });
    const keys = keysOf([right, short], new Set(["firewall-shared", "other", "none"]));
    expect([...keys]).toEqual([["firewall-shared", key]]);
  });
});
