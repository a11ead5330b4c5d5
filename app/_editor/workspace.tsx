// SPDX-License-Identifier: Apache-2.0
"use client";
import type { ChainGraph, EditorAction, History, Issue, Selection } from "@nfaas/domain";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { LiveChainFrame } from "@/server/telemetry/types.ts";
import { ExplainPanel } from "../_explain/explain-panel.tsx";
import { Traced } from "../_explain/traced-context.tsx";
import type { TracedPath } from "../_explain/traced-path.ts";
import { Canvas, fitOptions } from "./canvas.tsx";
import { CanvasToolbar } from "./canvas-toolbar.tsx";
import type { EditorCatalogue } from "./catalogue.ts";
import { Dock, type DockTab } from "./dock.tsx";
import { EmptyCanvasHint } from "./empty-canvas-hint.tsx";
import { Inspector, InspectorSubject } from "./inspector.tsx";
import { LiveFigures } from "./live-figures.tsx";
import { Palette } from "./palette.tsx";
import { Problems } from "./problems.tsx";
import { useShortcuts } from "./use-shortcuts.ts";

export interface WorkspaceProps {
  tenant: string;
  chain: string;
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
  /** For undo and redo in the toolbar; absent: no toolbar. */
  history?: History;
  onHelp?: () => void;
  /** Over the canvas, top right. */
  hint?: ReactNode;
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
  const { graph, selection, issues, catalogue, onSelect, tab, onTab, label, history, onHelp } = props;
  const [open, setOpen] = useState(true);
  const [path, setPath] = useState<TracedPath | null>(null);
  const flow = useReactFlow();
  const dispatch = useFitAfter(props.dispatch);
  useShortcuts(dispatch, onHelp);
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
          <Traced path={path}>
            <Canvas
              graph={graph}
              selection={selection}
              issues={issues}
              dispatch={dispatch}
              onSelect={onSelect}
              label={label}
            />
          </Traced>
          {graph.nodes.length === 0 && <EmptyCanvasHint readOnly={!dispatch} />}
          {props.hint && <div className="absolute top-3 right-3 z-10">{props.hint}</div>}
          {history && onHelp && (
            <div className="absolute top-3 left-3 z-10">
              <CanvasToolbar history={history} dispatch={dispatch} onHelp={onHelp} />
            </div>
          )}
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
          explain={<ExplainPanel tenant={props.tenant} chain={props.chain} onTrace={setPath} />}
          problems={<Problems issues={issues} onGo={goTo} />}
        />
      </div>
    </div>
  );
}

type Dispatch = WorkspaceProps["dispatch"];

/** Shows the whole drawing after actions that put nodes where the user didn't point: arranging, adding by click or key. */
function useFitAfter(dispatch: Dispatch): Dispatch {
  const flow = useReactFlow();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (turn > 0) void flow.fitView({ ...fitOptions, duration: 200 });
  }, [flow, turn]);
  const act = useCallback(
    (action: EditorAction) => {
      dispatch?.(action);
      const placed = action.type === "layout" || (action.type === "add" && !action.position);
      if (placed) setTurn((before) => before + 1);
    },
    [dispatch],
  );
  return dispatch && act;
}
