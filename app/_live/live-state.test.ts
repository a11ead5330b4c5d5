// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import type { LivePoint } from "@/server/telemetry/types.ts";
import { emptyLive, type LiveState, mergePoints, receiveLive, windowMs } from "./live-state.ts";

const rate = { bitsPerSecond: 1, packetsPerSecond: 1 };
const point = (time: number): LivePoint => ({ time, in: rate, out: rate, droppedPacketsPerSecond: 0 });
const times = (points: LivePoint[]) => points.map(({ time }) => time);

test("a resume that overlaps neither doubles nor loses a second", () => {
  const known = [1000, 2000, 3000].map(point);
  expect(times(mergePoints(known, [2000, 3000, 4000].map(point)))).toEqual([1000, 2000, 3000, 4000]);
});

test("a gap that arrives late is filled in order", () => {
  expect(times(mergePoints([1000, 4000].map(point), [2000, 3000].map(point)))).toEqual([
    1000, 2000, 3000, 4000,
  ]);
});

test("points older than the window are forgotten", () => {
  const merged = mergePoints([0, 1000].map(point), [point(windowMs + 500)]);
  expect(times(merged)).toEqual([1000, windowMs + 500]);
});

test("a message without a figure keeps the last one and takes the sources' state", () => {
  const state: LiveState<LivePoint> = { ...emptyLive, now: point(1000), points: [point(1000)] };
  const sources = [{ node: "n1", connected: false, sampleTime: 1000 }];
  expect(receiveLive(state, { history: [], now: null, sources })).toEqual({ ...state, sources });
});
