// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { view } from "./fixtures.ts";
import { computeShares, sharesOfAttachment } from "./shares.ts";

const of = (...views: ReturnType<typeof view>[]) => Object.fromEntries(computeShares(views));

describe("the shares of a chain's views", () => {
  it("are none while no view has any weight", () => {
    expect(of(view({ sequence: 1, weight: 0 }))).toEqual({});
  });
  it("go to the newest as a whole when its weight is 100", () => {
    expect(of(view({ sequence: 1, weight: 100 }), view({ sequence: 2, weight: 100 }))).toEqual({
      "uid-2": 100,
    });
  });
  it("stay where they are while a newer view has no weight", () => {
    expect(of(view({ sequence: 1, weight: 100 }), view({ sequence: 2, weight: 0 }))).toEqual({
      "uid-1": 100,
    });
  });
  it("split by the canary's weight", () => {
    const shares = of(view({ sequence: 1, weight: 100 }), view({ sequence: 2, weight: 20 }));
    expect(shares).toEqual({ "uid-2": 20, "uid-1": 80 });
  });
  it("sum to 100 whatever the weights are", () => {
    for (let a = 1; a <= 100; a += 7) {
      for (let b = 0; b <= 100; b += 9) {
        for (let c = 0; c <= 100; c += 11) {
          const weights = [a, b, c].map((weight, i) => view({ sequence: i + 1, weight }));
          const sum = [...computeShares(weights).values()].reduce((x, y) => x + y, 0);
          expect(sum).toBe(100);
        }
      }
    }
  });
  it("are none at an attachment that the live view has no node for", () => {
    const views = [
      view({ sequence: 1, weight: 100 }),
      view({ sequence: 2, weight: 100, attachments: ["client"] }),
    ];
    const shares = computeShares(views);
    expect(sharesOfAttachment(shares, views, "server").size).toBe(0);
    expect(Object.fromEntries(sharesOfAttachment(shares, views, "client"))).toEqual({ "uid-2": 100 });
  });
  it("sum to 100 at an attachment that only some views have", () => {
    const views = [
      view({ sequence: 1, weight: 100 }),
      view({ sequence: 2, weight: 20, attachments: ["client"] }),
    ];
    expect(Object.fromEntries(sharesOfAttachment(computeShares(views), views, "server"))).toEqual({
      "uid-1": 100,
    });
  });
});
