// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { ErrorCode, ErrorSchema } from "../generated/nfaas_dataplane_pb.ts";
import { buildDesiredState } from "./desired-state.ts";
import { exclude, noExclusions, reasonOf } from "./exclusions.ts";
import { snapshot, view } from "./fixtures.ts";

const world = snapshot({ views: [view({ sequence: 1, weight: 100 }), view({ sequence: 2, weight: 0 })] });
const state = buildDesiredState(world.pods[0]!, world, { exclusions: noExclusions, fresh: false });
const excludes = (error: object) => exclude(noExclusions, create(ErrorSchema, error), state);

describe("what a refusal leaves out", () => {
  it("is the view that the error names", () => {
    const left = excludes({ code: ErrorCode.CORDONED, tenantId: 1, viewId: 2, message: "no" });
    expect([...left!.views]).toEqual([["uid-2", { reason: "Cordoned", message: "no" }]]);
  });
  it("is the view whose field is wrong", () => {
    const left = excludes({
      code: ErrorCode.INVALID_ARGUMENT,
      field: "views[1].nodes[0].pool",
      message: "no",
    });
    expect([...left!.views.keys()]).toEqual(["uid-2"]);
  });
  it("is the edge port that could not be opened", () => {
    const left = excludes({ code: ErrorCode.PORT_FAILED, field: "edge_ports[1]", message: "no" });
    expect([...left!.edgePorts.keys()]).toEqual(["globex-client"]);
  });
  it("is the link that could not be opened", () => {
    const left = excludes({ code: ErrorCode.PORT_FAILED, field: "fabric.links[0].memif", message: "no" });
    expect([...left!.links.keys()]).toEqual(["firewall-shared-0"]);
  });
  it("is the attachment whose field is wrong", () => {
    const field = "tenants[0].attachments[0].vlan";
    const left = excludes({ code: ErrorCode.UNSUPPORTED, field, message: "no" });
    const [tenant] = state.message.tenants;
    expect([...left!.attachments.keys()]).toEqual([`${tenant!.name}/${tenant!.attachments[0]!.name}`]);
    const without = buildDesiredState(world.pods[0]!, world, { exclusions: left!, fresh: false });
    expect(without.message.tenants[0]!.attachments).toHaveLength(tenant!.attachments.length - 1);
  });
  it("is nothing when the error is about the whole, or about what was not sent", () => {
    expect(excludes({ code: ErrorCode.OUT_OF_MEMORY, message: "no" })).toBeUndefined();
    expect(excludes({ code: ErrorCode.CORDONED, tenantId: 9, viewId: 9 })).toBeUndefined();
    expect(excludes({ code: ErrorCode.PORT_FAILED, field: "edge_ports[99]" })).toBeUndefined();
  });
  it("is told in the words of conditions", () => {
    expect(reasonOf(ErrorCode.LIMIT_EXCEEDED)).toBe("LimitExceeded");
    expect(reasonOf(77 as ErrorCode)).toBe("Internal");
  });
});
