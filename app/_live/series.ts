// SPDX-License-Identifier: Apache-2.0
import type { ChartSeries } from "./rate-chart.tsx";

/** What the throughput charts draw; a constant, since a new array would rebuild the chart. */
export const throughputSeries: readonly ChartSeries[] = [
  { label: "In", colour: "forward", value: (point) => point.in.bitsPerSecond, fill: true },
  { label: "Out", colour: "reverse", value: (point) => point.out.bitsPerSecond, dashed: true },
];
