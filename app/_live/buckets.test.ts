// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { bucketPoints } from "./buckets.ts";
import { windowMs } from "./live-state.ts";

const point = (time: number, bits: number) => {
  const rate = { bitsPerSecond: bits, packetsPerSecond: 0 };
  return { time, in: rate, out: rate, droppedPacketsPerSecond: 0 };
};
const bits = (value: ReturnType<typeof point>) => value.in.bitsPerSecond;

test("a bucket is the mean of its points, one without points is unknown, not zero", () => {
  const end = windowMs;
  const points = [point(end, 10), point(end - 1000, 30), point(1000, 5)];
  expect(bucketPoints(points, end, 4, bits)).toEqual([5, null, null, 20]);
});

test("points outside the window count nowhere", () => {
  expect(bucketPoints([point(-1, 9), point(windowMs + 1, 9)], windowMs, 2, bits)).toEqual([null, null]);
});
