// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { functionKinds } from "./catalogue.ts";
import { type TrafficClass, validateRateLimiter } from "./rate-limiter.ts";

const meter = {
  kind: "single-rate",
  committedBitsPerSecond: 1_000_000,
  committedBurstBytes: 10_000,
  excessBurstBytes: 0,
} as const;
const twoRate = {
  kind: "two-rate",
  committedBitsPerSecond: 1_000_000,
  committedBurstBytes: 10_000,
  peakBitsPerSecond: 2_000_000,
  peakBurstBytes: 10_000,
} as const;
const of = (more: Partial<TrafficClass> = {}): TrafficClass => ({ name: "c", meter, ...more });
const codes = (...classes: TrafficClass[]): string[] => validateRateLimiter({ classes }).map((i) => i.code);

describe("a rate limiter's configuration", () => {
  it("is accepted with either meter, matches and marks", () => {
    const match = {
      protocol: "udp",
      destinationPorts: { first: 5060, last: 5061 },
      dscps: [46],
      maxLength: 200,
    } as const;
    const actions = { green: { mark: 10 }, yellow: { mark: 12 }, red: "drop" } as const;
    expect(
      codes(of({ match: { ...match, dscps: [46] }, actions }), of({ name: "d", meter: twoRate })),
    ).toEqual([]);
  });
  it("starts without problems on the canvas", () => {
    const kind = functionKinds["rate-limiter"]!;
    expect(kind.validate(kind.defaultConfig)).toEqual([]);
  });
  it.each<[string, TrafficClass[], string]>([
    ["a name with spaces", [of({ name: "a b" })], "NF302"],
    ["a name too long for its counters", [of({ name: "a".repeat(57) })], "NF302"],
    ["two classes of one name", [of(), of()], "NF303"],
    ["a rate of nothing", [of({ meter: { ...meter, committedBitsPerSecond: 7 } })], "NF305"],
    ["a rate above 400 Gbit/s", [of({ meter: { ...meter, committedBitsPerSecond: 4e11 + 1 } })], "NF305"],
    ["a burst above 512 MiB", [of({ meter: { ...meter, excessBurstBytes: 2 ** 29 + 1 } })], "NF306"],
    ["a peak below the committed rate", [of({ meter: { ...twoRate, peakBitsPerSecond: 999_999 } })], "NF307"],
    ["a two-rate meter without a burst", [of({ meter: { ...twoRate, peakBurstBytes: 0 } })], "NF306"],
    ["bursts below a full packet", [of({ meter: { ...meter, committedBurstBytes: 1499 } })], "NF308"],
    ["nothing to limit", [], "NF309"],
    ["a bad prefix", [of({ match: { sources: ["10.0.0.0/40"] } })], "NF202"],
    [
      "ports of ICMP",
      [of({ match: { protocol: "icmp", destinationPorts: { first: 1, last: 2 } } })],
      "NF207",
    ],
    ["a DSCP of 64 to match", [of({ match: { dscps: [64] } })], "NF212"],
    ["a DSCP of 64 to write", [of({ actions: { red: { mark: 64 } } })], "NF212"],
    ["lengths upside down", [of({ match: { minLength: 10, maxLength: 9 } })], "NF213"],
  ])("reports %s", (_what, classes, code) => {
    expect(codes(...classes)).toEqual([code]);
  });
  it("refuses fields it does not know, so that a typo is not an open door", () => {
    expect(validateRateLimiter({ classes: [{ ...of(), mach: {} }] }).map((i) => i.code)).toEqual(["NF301"]);
  });
  it("refuses more classes than the data plane takes", () => {
    expect(codes(...Array.from({ length: 65 }, (_, i) => of({ name: `c${i}` })))).toContain("NF304");
  });
});
