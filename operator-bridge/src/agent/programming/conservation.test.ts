// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { inFlight } from "@nfaas/domain";
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
  expect(ledger.get("v")).toMatchObject({ injected: 10, left: 4, dropped: 5 });
});

it("counts what mirrors copy and what comes from and goes to other views", () => {
  const ledger = new ConservationLedger();
  const counted = counters("a", "v", 10, 9);
  Object.assign(counted.views[0]!, { copiedPackets: 4n, enteredPackets: 3n, handedPackets: 2n });
  ledger.record(counted);
  ledger.record(create(CountersResponseSchema, { ...counted, epoch: "b" }));
  const sums = { injected: 20, entered: 6, copied: 8, left: 18, handed: 4, dropped: 0 };
  expect(ledger.get("v")).toEqual(sums);
  expect(inFlight(sums)).toBe(12);
});

it("goes on counting where a killed process was last seen", () => {
  const ledger = new ConservationLedger();
  ledger.record(counters("a", "v", 10, 4));
  ledger.record(counters("a", "v", 12, 5));
  ledger.record(counters("b", "v", 3, 1));
  expect(ledger.get("v")).toMatchObject({ injected: 15, left: 6, dropped: 0 });
  ledger.record(counters("c", "v", 1, 0));
  expect(ledger.get("v")).toMatchObject({ injected: 16, left: 6, dropped: 0 });
});

it("forgets views that are gone", () => {
  const ledger = new ConservationLedger();
  ledger.record(counters("a", "v", 10, 4));
  ledger.record(counters("b", "w", 1, 1));
  ledger.retain(new Set(["w"]));
  expect(ledger.get("v")).toMatchObject({ injected: 0, left: 0, dropped: 0 });
  expect(ledger.get("w").injected).toBe(1);
});
