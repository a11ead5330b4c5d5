// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatBitRate, formatNanoseconds, formatPacketRate, type Issue } from "@nfaas/domain";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { useTracedNode } from "../_explain/traced-context.tsx";
import { classes } from "../_kit/classes.ts";
import type { FlowNode } from "./flow-model.ts";
import { useNodeFigures } from "./live-figures.tsx";
import { nodeIcon, nodeSummary } from "./node-look.ts";

/** A node as a card: what it is, what is wrong with it, what goes through it. */
export const ChainNodeCard = memo(function ChainNodeCard({
  data,
  selected,
  isConnectable,
}: NodeProps<FlowNode>) {
  const { node, issues } = data;
  const Icon = nodeIcon(node);
  const wrong = issues.some((issue) => issue.severity === "error");
  const traced = useTracedNode(node.name);
  return (
    <div
      className={classes(
        "relative flex h-full w-full flex-col justify-center rounded-lg border bg-raised px-3 shadow-panel transition-shadow",
        frameLook(traced, selected, wrong),
      )}
      data-traced={traced ?? undefined}
    >
      <Handle type="target" position={Position.Left} isConnectable={isConnectable} className="chain-handle" />
      <div className="flex items-center gap-2.5">
        <span
          className={classes(
            "grid size-9 shrink-0 place-items-center rounded-md",
            node.kind === "attachment" ? "bg-sunken text-ink-soft" : "bg-accent-soft text-accent",
          )}
        >
          <Icon aria-hidden className="size-4.5" />
        </span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-semibold text-sm">{node.name}</span>
          <NodeLine name={node.name} summary={nodeSummary(node)} />
        </span>
      </div>
      {issues.length > 0 && <Marker issues={issues} wrong={wrong} />}
      <Handle
        type="source"
        position={Position.Right}
        isConnectable={isConnectable}
        className="chain-handle"
      />
    </div>
  );
});

function frameLook(traced: "passed" | "dropped" | null, selected: boolean, wrong: boolean): string {
  if (traced === "passed") return "border-ok ring-4 ring-ok/40";
  if (traced === "dropped") return "border-bad ring-4 ring-bad/40";
  if (selected) return "border-accent ring-2 ring-accent/35";
  return wrong ? "border-bad" : "border-line-strong";
}

function NodeLine({ name, summary }: { name: string; summary: string }) {
  const figures = useNodeFigures(name);
  return (
    <>
      <span className="block truncate text-2xs text-ink-muted">{summary}</span>
      {figures && (
        <span className="figures flex gap-2 text-2xs">
          <span className="font-medium text-ink-soft">{formatBitRate(figures.bitsPerSecond)}</span>
          {figures.latency && (
            <span
              className="text-ink-muted"
              title={`In the pod: half of the packets for less than ${formatNanoseconds(figures.latency.p50Ns)}, 99 of 100 for less than ${formatNanoseconds(figures.latency.p99Ns)}`}
            >
              p99 {formatNanoseconds(figures.latency.p99Ns)}
            </span>
          )}
          {figures.droppedPacketsPerSecond > 0 && (
            <span className="text-bad">−{formatPacketRate(figures.droppedPacketsPerSecond)}</span>
          )}
        </span>
      )}
    </>
  );
}

function Marker({ issues, wrong }: { issues: Issue[]; wrong: boolean }) {
  const text = issues.map((issue) => `${issue.code}: ${issue.message}`).join("\n");
  return (
    <span
      role="img"
      title={text}
      aria-label={`${issues.length} ${issues.length === 1 ? "problem" : "problems"}: ${text}`}
      className={classes(
        "absolute -top-2 -right-2 grid h-5 min-w-5 place-items-center rounded-full px-1 font-semibold text-2xs text-accent-ink",
        wrong ? "bg-bad" : "bg-warn",
      )}
    >
      {issues.length}
    </span>
  );
}
