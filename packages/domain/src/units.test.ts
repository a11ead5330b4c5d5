// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import {
  formatAge,
  formatBitRate,
  formatBytes,
  formatCount,
  formatCpu,
  formatDuration,
  formatNanoseconds,
  formatPacketRate,
} from "./units.ts";

describe("rates", () => {
  test.each([
    [0, "0 bit/s"],
    [7.25, "7.3 bit/s"],
    [999.4, "999 bit/s"],
    [999.6, "1.00 kbit/s"],
    [1234, "1.23 kbit/s"],
    [99_960, "100 kbit/s"],
    [940_600_000, "941 Mbit/s"],
    [1e10, "10.0 Gbit/s"],
    [-1500, "-1.50 kbit/s"],
  ])("%d bit/s reads %j: three digits, the right prefix", (value, text) => {
    expect(formatBitRate(value)).toBe(text);
  });

  test.each([[null], [undefined], [Number.NaN], [Number.POSITIVE_INFINITY]])(
    "%s, which is no figure, is never printed as one",
    (value) => {
      for (const format of [
        formatBitRate,
        formatPacketRate,
        formatBytes,
        formatCount,
        formatCpu,
        formatDuration,
      ]) {
        expect(format(value)).toBe("–");
      }
    },
  );

  test("a count has no unit and no trailing space", () => {
    expect(formatCount(12)).toBe("12");
    expect(formatCount(12_400)).toBe("12.4 k");
  });

  test("CPU is a share of one core", () => {
    expect(formatCpu(0.053)).toBe("5.3 %");
    expect(formatCpu(1.5)).toBe("150 %");
  });
});

describe("times", () => {
  test.each([
    [12, "12 ms"],
    [1_234, "1.2 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [7_300_000, "2 h"],
    [172_800_000, "2 d"],
    [-5, "0 ms"],
  ])("%d ms reads %j", (value, text) => {
    expect(formatDuration(value)).toBe(text);
  });

  test("an age is whole seconds, and the present is now", () => {
    expect(formatAge(1000, 1500)).toBe("just now");
    expect(formatAge(0, 3400)).toBe("3 s ago");
    expect(formatAge(0, 65_000)).toBe("1 min ago");
  });
});

test.each([
  [850, "850 ns"],
  [2048, "2.0 µs"],
  [33_000, "33 µs"],
  [2_100_000, "2.1 ms"],
  [null, "–"],
])("shows %s nanoseconds as %s", (value, text) => {
  expect(formatNanoseconds(value)).toBe(text);
});
