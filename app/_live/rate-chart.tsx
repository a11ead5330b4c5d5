// SPDX-License-Identifier: Apache-2.0
"use client";
import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { LivePoint } from "@/server/telemetry/types.ts";
import { onThemeChange, resolveColour } from "./chart-colours.ts";
import { windowMs } from "./live-state.ts";

export interface ChartSeries {
  label: string;
  /** A colour token: "forward", "reverse", "bad". */
  colour: string;
  value: (point: LivePoint) => number;
  fill?: boolean;
  /** Lies over another line most of the time: drawn with gaps, so that both are seen. */
  dashed?: boolean;
}

interface RateChartProps {
  points: LivePoint[];
  series: readonly ChartSeries[];
  /** Of an axis and of the legend. */
  format: (value: number) => string;
  label: string;
  height?: number;
}

/** Lines over the last ten minutes; a second without a figure is a gap, not a zero. */
export function RateChart({ points, series, format, label, height = 240 }: RateChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(points);
  const [hovered, setHovered] = useState<number | null>(null);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const build = () => {
      chart.current?.destroy();
      const options = chartOptions(element, series, format, height, setHovered);
      chart.current = new uPlot(options, toData(latest.current, series), element);
    };
    build();
    const stopTheme = onThemeChange(build);
    const resize = new ResizeObserver(() => chart.current?.setSize({ width: element.clientWidth, height }));
    resize.observe(element);
    return () => {
      stopTheme();
      resize.disconnect();
      chart.current?.destroy();
      chart.current = null;
    };
  }, [series, format, height]);

  useEffect(() => {
    latest.current = points;
    chart.current?.setData(toData(points, series));
  }, [points, series]);

  const shown = hovered === null ? points.at(-1) : points[hovered];
  return (
    <figure aria-label={label}>
      <Legend series={series} point={shown} format={format} hovered={hovered !== null} />
      <div ref={host} style={{ height }} className="mt-2 w-full" />
    </figure>
  );
}

function Legend(props: {
  series: readonly ChartSeries[];
  point: LivePoint | undefined;
  format: (value: number) => string;
  hovered: boolean;
}) {
  const { series, point, format, hovered } = props;
  return (
    <figcaption className="flex flex-wrap items-center gap-x-5 gap-y-1 text-ink-soft text-xs">
      {series.map(({ label, colour, value }) => (
        <span key={label} className="inline-flex items-center gap-1.5">
          <span
            aria-hidden
            className="h-0.5 w-3.5 rounded"
            style={{ background: `var(--color-${colour})` }}
          />
          {label}
          <span className="figures min-w-20 font-medium text-ink">{point ? format(value(point)) : "–"}</span>
        </span>
      ))}
      {hovered && point && <span className="figures text-ink-muted">{clock.format(point.time)}</span>}
    </figcaption>
  );
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** uPlot wants columns and seconds. */
function toData(points: LivePoint[], series: readonly ChartSeries[]): uPlot.AlignedData {
  return [points.map((point) => point.time / 1000), ...series.map(({ value }) => points.map(value))];
}

function chartOptions(
  host: HTMLElement,
  series: readonly ChartSeries[],
  format: (value: number) => string,
  height: number,
  onHover: (index: number | null) => void,
): uPlot.Options {
  const colour = (token: string) => resolveColour(host, token);
  const axis = {
    stroke: colour("ink-muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(host).fontFamily}`,
  };
  return {
    width: host.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
    padding: [8, 22, 0, 0],
    scales: {
      x: { time: true, range: (_chart, _min, max) => [max - windowMs / 1000, max] },
      y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.12 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        incrs: [60, 120, 300],
        values: (_chart, ticks) => ticks.map((tick) => minute.format(tick * 1000)),
      },
      { ...axis, size: 88, gap: 8, values: (_chart, ticks) => ticks.map(format) },
    ],
    series: [
      {},
      ...series.map(({ label, colour: token, fill, dashed }) => ({
        label,
        stroke: colour(token),
        width: 1.5,
        spanGaps: false,
        points: { show: false },
        gaps: findGaps,
        ...(dashed ? { dash: [5, 4] } : {}),
        ...(fill ? { fill: withAlpha(colour(token), 0.12) } : {}),
      })),
    ],
    hooks: { setCursor: [(chart) => onHover(chart.cursor.idx ?? null)] },
  };
}

const minute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Points come once a second: more than 3 s between two is a time we know nothing of. */
const gapSeconds = 3;
function findGaps(chart: uPlot, _series: number, first: number, last: number): uPlot.Series.Gap[] {
  const times = chart.data[0];
  const gaps: uPlot.Series.Gap[] = [];
  for (let index = Math.max(first, 0) + 1; index <= last; index++) {
    const [before, after] = [times[index - 1]!, times[index]!];
    if (after - before <= gapSeconds) continue;
    gaps.push([Math.round(chart.valToPos(before, "x", true)), Math.round(chart.valToPos(after, "x", true))]);
  }
  return gaps;
}

const withAlpha = (rgb: string, alpha: number): string =>
  rgb.replace("rgb(", "rgba(").replace(")", `, ${alpha})`);
