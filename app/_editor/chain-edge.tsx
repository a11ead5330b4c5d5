// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatBitRate, formatPacketRate } from "@nfaas/domain";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import type { Rate } from "@/server/telemetry/types.ts";
import { useTracedEdge } from "../_explain/traced-context.tsx";
import { classes } from "../_kit/classes.ts";
import type { FlowEdge } from "./flow-model.ts";
import { useEdgeFigures } from "./live-figures.tsx";
import { matchText } from "./match-text.ts";

/** An edge with its match and, while live, what goes along it in either direction. */
export const ChainEdgeLine = memo(function ChainEdgeLine(props: EdgeProps<FlowEdge>) {
  const { id, source, target, data, selected, markerEnd } = props;
  const [path, labelX, labelY] = getBezierPath({ ...props, curvature: 0.35 });
  const figures = useEdgeFigures(source, target);
  const wrong = data?.issues.some((issue) => issue.severity === "error") ?? false;
  const traced = useTracedEdge(source, target);
  const colour = wrong
    ? "var(--color-bad)"
    : traced
      ? "var(--color-ok)"
      : selected
        ? "var(--color-accent)"
        : "var(--color-line-strong)";
  const match = [data?.edge.output, matchText(data?.edge.match)].filter(Boolean).join(": ");
  const width = figures ? lineWidth(figures.forward.bitsPerSecond + figures.reverse.bitsPerSecond) : 1.5;
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        {...(markerEnd ? { markerEnd } : {})}
        style={{
          stroke: colour,
          strokeWidth: traced ? Math.max(width, 3) : selected ? Math.max(width, 2) : width,
        }}
        interactionWidth={24}
      />
      {(figures || match) && (
        <EdgeLabelRenderer>
          <div
            className="pointer-events-none absolute flex flex-col items-center gap-1.5"
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {match && <Chip className="text-ink-soft">{match}</Chip>}
            {figures && <Figure edge={id} direction="forward" rate={figures.forward} />}
            {figures && <Figure edge={id} direction="reverse" rate={figures.reverse} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

const looks = {
  forward: { arrow: "→", name: "forward", colour: "text-forward" },
  reverse: { arrow: "←", name: "reverse", colour: "text-reverse" },
} as const;

function Figure({ edge, direction, rate }: { edge: string; direction: "forward" | "reverse"; rate: Rate }) {
  const { arrow, name, colour } = looks[direction];
  const text = formatBitRate(rate.bitsPerSecond);
  return (
    <Chip className={classes("figures font-medium", colour)}>
      <span
        data-testid={`rate-${edge}-${direction}`}
        data-bits-per-second={Math.round(rate.bitsPerSecond)}
        title={formatPacketRate(rate.packetsPerSecond)}
      >
        <span aria-hidden>{arrow} </span>
        <span className="sr-only">{name} </span>
        {text}
      </span>
    </Chip>
  );
}

const Chip = ({ className, children }: { className: string; children: React.ReactNode }) => (
  <span className={classes("whitespace-nowrap rounded bg-canvas/85 px-1 text-2xs leading-4", className)}>
    {children}
  </span>
);

/** 1.5 px when idle, one more for every factor of ten above 10 kbit/s, at most 5. */
function lineWidth(bitsPerSecond: number): number {
  if (bitsPerSecond < 1) return 1.5;
  return Math.min(5, 1.5 + Math.max(0, Math.log10(bitsPerSecond) - 4) * 0.6);
}
