// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { CountersResponseSchema } from "../generated/nfaas_dataplane_pb.ts";
import { DepartedViews } from "./departed-views.ts";

const reading = (seconds: number, counts: Record<string, bigint>, epoch = "one") =>
  create(CountersResponseSchema, {
    epoch,
    timeNs: BigInt(seconds) * 1_000_000_000n,
    views: Object.entries(counts).map(([uid, injectedPackets]) => ({ uid, injectedPackets })),
  });
const counted = (views: DepartedViews) => views.list().map((v) => [v.uid, v.injectedPackets]);

describe("views that left", () => {
  it("are told with what they counted last, once they are gone", () => {
    const views = new DepartedViews();
    views.record(reading(0, { a: 5n }));
    views.record(reading(1, { a: 9n, b: 1n }));
    expect(counted(views)).toEqual([]);
    views.record(reading(2, { b: 4n }));
    expect(counted(views)).toEqual([["a", 9n]]);
  });
  it("are told for ten seconds, then forgotten", () => {
    const views = new DepartedViews();
    views.record(reading(0, { a: 5n }));
    views.record(reading(1, {}));
    views.record(reading(10, {}));
    expect(counted(views)).toEqual([["a", 5n]]);
    views.record(reading(11, {}));
    expect(counted(views)).toEqual([]);
  });
  it("are not told of a process that is no more: its counts compare with nothing", () => {
    const views = new DepartedViews();
    views.record(reading(0, { a: 5n }));
    views.record(reading(1, { b: 1n }, "two"));
    expect(counted(views)).toEqual([]);
  });
});
