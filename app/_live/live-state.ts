// SPDX-License-Identifier: Apache-2.0
// What a live page knows: the last ten minutes as points and the newest frame. Pure.
import type { LiveMessage, LivePoint, LiveSourceState } from "@/server/telemetry/types.ts";

export interface LiveState<Frame extends LivePoint> {
  points: LivePoint[];
  now: Frame | null;
  sources: LiveSourceState[];
}

/** Ten minutes at one point a second, as the server keeps them. */
export const windowMs = 600_000;

export const emptyLive: LiveState<never> = { points: [], now: null, sources: [] };

/** Takes a message in: history and the newest point are merged by time, so that a resume neither doubles nor loses. */
export function receiveLive<Frame extends LivePoint>(
  state: LiveState<Frame>,
  message: LiveMessage<Frame>,
): LiveState<Frame> {
  const fresh = message.now ? [...message.history, message.now] : message.history;
  return {
    points: mergePoints(state.points, fresh),
    now: message.now ?? state.now,
    sources: message.sources,
  };
}

/** Sorted by time, one point per time, nothing older than the window before the newest. */
export function mergePoints(known: LivePoint[], fresh: LivePoint[]): LivePoint[] {
  const first = fresh[0];
  if (!first) return known;
  const last = known.at(-1);
  const inOrder = !last || first.time > last.time;
  const merged = inOrder ? [...known, ...fresh] : unite(known, fresh);
  const oldest = (merged.at(-1)?.time ?? 0) - windowMs;
  const start = merged.findIndex((point) => point.time >= oldest);
  return start > 0 ? merged.slice(start) : merged;
}

function unite(known: LivePoint[], fresh: LivePoint[]): LivePoint[] {
  const byTime = new Map([...known, ...fresh].map((point) => [point.time, point]));
  return [...byTime.values()].sort((a, b) => a.time - b.time);
}
