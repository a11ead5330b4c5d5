// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { ConservationLedger } from "./conservation.ts";
import { DepartedPods } from "./departed-pods.ts";
import { view } from "./fixtures.ts";

const [old, fresh] = [view({ sequence: 1, weight: 100 }), view({ sequence: 2, weight: 0 })];
const counts = (dropped: number) => ({ injected: 0, entered: 0, copied: 0, left: 0, handed: 0, dropped });
const ledger = (dropped: number) => {
  const made = new ConservationLedger();
  made.carryOver("uid-1", counts(dropped));
  return made;
};

describe("what pods that are gone had counted", () => {
  it("is summed by view, with what is counted until they end and what an agent before had heard", () => {
    const departed = new DepartedPods();
    const late = ledger(1);
    departed.add(ledger(2));
    departed.add(late);
    departed.recall([{ view: "tenant-acme/web-1", uid: "uid-1", conservation: counts(4) }]);
    late.carryOver("uid-1", counts(8));
    expect(departed.list([old, fresh])).toEqual([
      { view: "tenant-acme/web-1", uid: "uid-1", conservation: counts(15) },
    ]);
  });
  it("is forgotten with the view", () => {
    const departed = new DepartedPods();
    departed.add(ledger(2));
    expect(departed.list([fresh])).toEqual([]);
    expect(departed.list([old])).toEqual([]);
  });
});
