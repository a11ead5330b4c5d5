// SPDX-License-Identifier: Apache-2.0
"use client";
import type { ChainGraph, EditorAction, Issue, Selection } from "@nfaas/domain";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type ReactNode, useState } from "react";
import type { LiveChainFrame } from "@/server/telemetry/types.ts";
import { Canvas } from "./canvas.tsx";
import type { EditorCatalogue } from "./catalogue.ts";
import { Dock, type DockTab } from "./dock.tsx";
import { EmptyCanvasHint } from "./empty-canvas-hint.tsx";
import { Inspector, InspectorSubject } from "./inspector.tsx";
import { LiveFigures } from "./live-figures.tsx";
import { Palette } from "./palette.tsx";
import { Problems } from "./problems.tsx";

export interface WorkspaceProps {
  graph: ChainGraph;
  selection: Selection;
  issues: readonly Issue[];
  catalogue: EditorCatalogue;
  /** Null: no figures, or they'd belong to another graph than the one shown. */
  frame: LiveChainFrame | null;
  /** Absent: read-only. */
  dispatch?: ((action: EditorAction) => void) | undefined;
  onSelect: (action: EditorAction) => void;
  tab: DockTab;
  onTab: (tab: DockTab) => void;
  label: string;
  /** Above the canvas, with access to it (fit, zoom). */
  toolbar?: ReactNode;
}

/** Palette, canvas and the panel below it. */
export function Workspace(props: WorkspaceProps) {
  return (
    <ReactFlowProvider>
      <LiveFigures frame={props.frame}>
        <Layout {...props} />
      </LiveFigures>
    </ReactFlowProvider>
  );
}

function Layout(props: WorkspaceProps) {
  const { graph, selection, issues, catalogue, dispatch, onSelect, tab, onTab, label, toolbar } = props;
  const [open, setOpen] = useState(true);
  const flow = useReactFlow();
  const goTo = (issue: Issue) => {
    const selected = {
      nodes: issue.node ? [issue.node] : [],
      edges: !issue.node && issue.edge ? [issue.edge] : [],
    };
    onSelect({ type: "select", selection: selected });
    if (issue.node) void flow.fitView({ nodes: [{ id: issue.node }], maxZoom: 1, duration: 200 });
    if (issue.node) onTab("configuration");
  };
  const inspected = { graph, selection, issues, catalogue, dispatch, onSelect };
  return (
    <div className="flex min-h-0 flex-1">
      {dispatch && <Palette catalogue={catalogue} graph={graph} dispatch={dispatch} />}
      <div className="flex min-w-0 flex-1 flex-col">
        <div className="relative min-h-0 flex-1">
          <Canvas
            graph={graph}
            selection={selection}
            issues={issues}
            dispatch={dispatch}
            onSelect={onSelect}
            label={label}
          />
          {graph.nodes.length === 0 && <EmptyCanvasHint readOnly={!dispatch} />}
          {toolbar && <div className="absolute top-3 left-3 z-10">{toolbar}</div>}
        </div>
        <Dock
          tab={tab}
          onTab={onTab}
          open={open}
          onOpen={setOpen}
          errors={issues.filter((issue) => issue.severity === "error").length}
          warnings={issues.filter((issue) => issue.severity === "warning").length}
          subject={<InspectorSubject {...inspected} />}
          configuration={<Inspector {...inspected} />}
          problems={<Problems issues={issues} onGo={goTo} />}
        />
      </div>
    </div>
  );
}
