// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import type { ServiceChainView } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { CountersResponseSchema } from "../generated/nfaas_dataplane_pb.ts";
import { KeptFlows } from "./kept-flows.ts";

const state = (share: number) => ({
  views: [{ metadata: { name: "web-1", uid: "a" } } as ServiceChainView],
  shares: new Map([["a", share]]),
});
const counters = (keptLooks: number, keptFlows: number) =>
  create(CountersResponseSchema, { views: [{ uid: "a", keptLooks, keptFlows: BigInt(keptFlows) }] });

function unshared(): KeptFlows {
  const kept = new KeptFlows();
  kept.noteState(undefined, state(100), 1);
  kept.noteCounters(counters(7, 0), 1);
  kept.noteState(state(100), state(0), 2);
  return kept;
}

describe("the number of kept flows", () => {
  it("is unknown while new flows may come", () => {
    const kept = new KeptFlows();
    kept.noteState(undefined, state(100), 1);
    kept.noteCounters(counters(7, 3), 1);
    expect(kept.of("a")).toBeUndefined();
  });
  it("is that of a look which began after the last new flow, never an older one", () => {
    const kept = unshared();
    kept.noteCounters(counters(7, 0), 1); // asked for before the state changed
    for (const [looks, flows] of [[8, 0] as const, [9, 0] as const]) {
      kept.noteCounters(counters(looks, flows), 2);
      expect(kept.of("a"), `after ${looks} looks`).toBeUndefined();
    }
    kept.noteCounters(counters(10, 2), 2);
    expect(kept.of("a")).toBe(2);
    kept.noteState(state(0), state(0), 3);
    kept.noteCounters(counters(10, 2), 3);
    expect(kept.of("a"), "another state with the same shares").toBe(2);
  });
  it("is counted anew by a process that started again", () => {
    const kept = unshared();
    kept.noteCounters(counters(7, 0), 2);
    kept.noteCounters(counters(9, 2), 2);
    kept.noteState(undefined, state(0), 3);
    for (const looks of [0, 1]) {
      kept.noteCounters(counters(looks, 0), 3);
      expect(kept.of("a"), `after ${looks} looks`).toBeUndefined();
    }
    kept.noteCounters(counters(2, 1), 3);
    expect(kept.of("a")).toBe(1);
  });
  it("is forgotten with the view, and when it has a share again", () => {
    const kept = unshared();
    kept.noteCounters(counters(7, 1), 2);
    kept.noteCounters(counters(9, 1), 2);
    expect(kept.of("a")).toBe(1);
    kept.noteState(state(0), state(100), 3);
    expect(kept.of("a")).toBeUndefined();
  });
});
