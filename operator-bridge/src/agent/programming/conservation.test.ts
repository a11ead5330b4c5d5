// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import { CountersResponseSchema } from "../generated/nfaas_dataplane_pb.ts";
import { ConservationLedger } from "./conservation.ts";

const counters = (epoch: string, uid: string, injected: number, left: number, drops: number[] = []) =>
  create(CountersResponseSchema, {
    epoch,
    views: [
      {
        uid,
        injectedPackets: BigInt(injected),
        leftPackets: BigInt(left),
        drops: drops.map((packets) => ({ packets: BigInt(packets) })),
      },
    ],
  });

it("sums drops over all their reasons", () => {
  const ledger = new ConservationLedger();
  ledger.record(counters("a", "v", 10, 4, [2, 3]));
  expect(ledger.get("v")).toEqual({ injected: 10, left: 4, dropped: 5 });
});

it("goes on counting where a killed process was last seen", () => {
  const ledger = new ConservationLedger();
  ledger.record(counters("a", "v", 10, 4));
  ledger.record(counters("a", "v", 12, 5));
  ledger.record(counters("b", "v", 3, 1));
  expect(ledger.get("v")).toEqual({ injected: 15, left: 6, dropped: 0 });
  ledger.record(counters("c", "v", 1, 0));
  expect(ledger.get("v")).toEqual({ injected: 16, left: 6, dropped: 0 });
});

it("forgets views that are gone", () => {
  const ledger = new ConservationLedger();
  ledger.record(counters("a", "v", 10, 4));
  ledger.record(counters("b", "w", 1, 1));
  ledger.retain(new Set(["w"]));
  expect(ledger.get("v")).toEqual({ injected: 0, left: 0, dropped: 0 });
  expect(ledger.get("w").injected).toBe(1);
});
