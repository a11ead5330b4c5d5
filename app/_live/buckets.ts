// SPDX-License-Identifier: Apache-2.0
import type { LivePoint } from "@/server/telemetry/types.ts";
import { windowMs } from "./live-state.ts";

/** Means over equal parts of the ten minutes that end at `end`; null where no point lies. */
export function bucketPoints(
  points: LivePoint[],
  end: number,
  count: number,
  value: (point: LivePoint) => number,
): (number | null)[] {
  const width = windowMs / count;
  const sums = Array.from({ length: count }, () => ({ sum: 0, points: 0 }));
  for (const point of points) {
    const bucket = sums[count - 1 - Math.floor((end - point.time) / width)];
    if (!bucket) continue;
    bucket.sum += value(point);
    bucket.points++;
  }
  return sums.map(({ sum, points: held }) => (held > 0 ? sum / held : null));
}
