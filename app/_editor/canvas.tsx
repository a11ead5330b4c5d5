// SPDX-License-Identifier: Apache-2.0
"use client";
import {
  type ChainGraph,
  type EditorAction,
  type Issue,
  newEdge,
  nodeSize,
  type Selection,
} from "@nfaas/domain";
import {
  Background,
  BackgroundVariant,
  type Connection,
  Controls,
  type EdgeChange,
  MarkerType,
  type NodeChange,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import { type DragEvent, type ReactNode, useMemo, useState } from "react";
import { ChainEdgeLine } from "./chain-edge.tsx";
import { ChainNodeCard } from "./chain-node.tsx";
import { type FlowEdge, type FlowNode, issuesByItem, toFlowEdges, toFlowNodes } from "./flow-model.ts";
import { readDrag } from "./palette-drag.ts";

const nodeTypes = { chain: ChainNodeCard };
const edgeTypes = { chain: ChainEdgeLine };
const edgeDefaults = {
  markerEnd: {
    type: MarkerType.ArrowClosed,
    width: 22,
    height: 22,
    markerUnits: "userSpaceOnUse",
    color: "var(--color-line-strong)",
  },
};
/** How a graph is fitted into the canvas, wherever that is asked for. */
export const fitOptions = { padding: 0.2, maxZoom: 1.1 };
const grid: [number, number] = [8, 8];

interface CanvasProps {
  graph: ChainGraph;
  selection: Selection;
  issues: readonly Issue[];
  /** Absent: the graph can be looked at and its items selected, but not changed. */
  dispatch?: ((action: EditorAction) => void) | undefined;
  onSelect: (action: EditorAction) => void;
  label: string;
  children?: ReactNode;
}

/** The drawing. It renders a graph and turns gestures into editor actions; it keeps no state of its own. */
export function Canvas({ graph, selection, issues, dispatch, onSelect, label, children }: CanvasProps) {
  const flow = useReactFlow();
  const byItem = useMemo(() => issuesByItem(issues), [issues]);
  const nodes = useMemo(() => toFlowNodes(graph, selection, byItem), [graph, selection, byItem]);
  const edges = useMemo(() => toFlowEdges(graph, selection, byItem), [graph, selection, byItem]);
  const editable = dispatch !== undefined;
  // An empty canvas must not be fitted later: the first node would jump away from where it was dropped.
  const [drawn] = useState(graph.nodes.length > 0);

  const onNodesChange = (changes: NodeChange<FlowNode>[]) => {
    const selected = selectChanges(changes);
    if (selected) onSelect({ type: "adjustSelection", nodes: selected, edges: {} });
    const moved = dispatch && moveAction(changes);
    if (moved) dispatch(moved);
  };
  const onEdgesChange = (changes: EdgeChange<FlowEdge>[]) => {
    const selected = selectChanges(changes);
    if (selected) onSelect({ type: "adjustSelection", nodes: {}, edges: selected });
  };
  const onDrop = (event: DragEvent) => {
    const item = readDrag(event.dataTransfer);
    if (!item || !dispatch) return;
    event.preventDefault();
    const { x, y } = flow.screenToFlowPosition(
      { x: event.clientX, y: event.clientY },
      { snapToGrid: true, snapGrid: grid },
    );
    dispatch({ type: "add", item, position: { x: x - nodeSize.width / 2, y: y - nodeSize.height / 2 } });
  };

  return (
    <ReactFlow<FlowNode, FlowEdge>
      aria-label={label}
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      defaultEdgeOptions={edgeDefaults}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onConnect={({ source, target }) => dispatch?.({ type: "connect", from: source, to: target })}
      isValidConnection={(wanted: Connection | FlowEdge) =>
        newEdge(graph, wanted.source, wanted.target) !== null
      }
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      nodesDraggable={editable}
      nodesConnectable={editable}
      deleteKeyCode={null}
      selectionKeyCode="Shift"
      multiSelectionKeyCode={["Meta", "Control", "Shift"]}
      snapToGrid
      snapGrid={grid}
      connectionRadius={32}
      minZoom={0.15}
      maxZoom={1.75}
      fitView={drawn}
      fitViewOptions={fitOptions}
      proOptions={{ hideAttribution: true }}
    >
      <Background variant={BackgroundVariant.Dots} gap={24} size={1.2} color="var(--color-line-strong)" />
      <Controls
        showInteractive={false}
        showFitView={!editable}
        fitViewOptions={fitOptions}
        position="bottom-left"
      />
      {children}
    </ReactFlow>
  );
}

function selectChanges(
  changes: (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[],
): Record<string, boolean> | null {
  const selects = changes.flatMap((change) =>
    change.type === "select" ? [[change.id, change.selected] as const] : [],
  );
  return selects.length > 0 ? Object.fromEntries(selects) : null;
}

function moveAction(changes: NodeChange<FlowNode>[]): EditorAction | null {
  const moves = changes.flatMap((change) => (change.type === "position" && change.position ? [change] : []));
  const stopped = changes.some((change) => change.type === "position" && change.dragging === false);
  if (moves.length === 0) return stopped ? { type: "seal" } : null;
  const positions = Object.fromEntries(moves.map(({ id, position }) => [id, position!]));
  return { type: "moveTo", positions, done: stopped };
}
