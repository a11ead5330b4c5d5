// SPDX-License-Identifier: Apache-2.0
"use client";
import { createContext, type ReactNode, use, useMemo } from "react";
import type { LiveChainFrame, LiveEdge, LiveRule, Rate } from "@/server/telemetry/types.ts";

const FrameContext = createContext<LiveChainFrame | null>(null);

/** Gives the figures to the nodes, edges and rules below. Null: none are known, or they'd belong to another graph. */
export const LiveFigures = ({ frame, children }: { frame: LiveChainFrame | null; children: ReactNode }) => (
  <FrameContext value={frame}>{children}</FrameContext>
);

const zero: Rate = { bitsPerSecond: 0, packetsPerSecond: 0 };

/** Both directions of an edge; zero when the frame has none, null without a frame. */
export function useEdgeFigures(from: string, to: string): Pick<LiveEdge, "forward" | "reverse"> | null {
  const frame = use(FrameContext);
  if (!frame) return null;
  return frame.edges.find((edge) => edge.from === from && edge.to === to) ?? { forward: zero, reverse: zero };
}

export interface NodeFigures {
  /** What comes to the node, both directions together. */
  bitsPerSecond: number;
  droppedPacketsPerSecond: number;
  /** Null when no packet was there in the last interval. */
  latency: { p50Ns: number; p99Ns: number } | null;
}

export function useNodeFigures(name: string): NodeFigures | null {
  const frame = use(FrameContext);
  return useMemo(() => (frame ? nodeFigures(frame, name) : null), [frame, name]);
}

export function useRuleFigures(node: string): ReadonlyMap<string, LiveRule> | null {
  const frame = use(FrameContext);
  return useMemo(() => {
    const own = frame?.rules.filter((rule) => rule.node === node);
    return own ? new Map(own.map((rule) => [rule.rule, rule])) : null;
  }, [frame, node]);
}

function nodeFigures(frame: LiveChainFrame, name: string): NodeFigures {
  const latency = frame.latency.find(({ node }) => node === name) ?? null;
  const figures = { bitsPerSecond: 0, droppedPacketsPerSecond: 0, latency };
  for (const { from, to, forward, reverse } of frame.edges) {
    if (to === name) figures.bitsPerSecond += forward.bitsPerSecond;
    if (from === name) figures.bitsPerSecond += reverse.bitsPerSecond;
  }
  for (const drop of frame.drops) {
    if (drop.node === name) figures.droppedPacketsPerSecond += drop.packetsPerSecond;
  }
  return figures;
}
