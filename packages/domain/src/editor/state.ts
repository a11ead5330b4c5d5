// SPDX-License-Identifier: Apache-2.0
// The whole state of an editor and what the user can do to it: history, selection, clipboard. A reducer without React.
import type { ChainGraph, EdgeMatch, Position, Rollout } from "../graph.ts";
import { type Clip, copyNodes, pasteClip, pasteOffset } from "./clipboard.ts";
import { addCommand, applyCommand, type Command } from "./command.ts";
import { newEdge, newNode, nextPosition, type PaletteItem } from "./create.ts";
import { type History, newHistory, perform, redo, seal, undo } from "./history.ts";
import { layoutGraph } from "./layout.ts";

export interface Selection {
  nodes: string[];
  edges: string[];
}

export interface EditorState {
  history: History;
  selection: Selection;
  clip: Clip | null;
  /** Pastes of the present clip, so that each lies beside the last. */
  pastes: number;
}

export type EditorAction =
  /** Another graph altogether: there is no way back to the one before. */
  | { type: "load"; graph: ChainGraph }
  | { type: "replace"; graph: ChainGraph }
  | { type: "add"; item: PaletteItem; position?: Position }
  | { type: "connect"; from: string; to: string; output?: string }
  | { type: "moveTo"; positions: Record<string, Position>; done: boolean }
  | { type: "rename"; node: string; name: string }
  | { type: "setConfig"; node: string; config: unknown; coalesce?: string }
  | { type: "setMatch"; edge: string; match: EdgeMatch | undefined }
  | { type: "setOutput"; edge: string; output: string | undefined }
  | { type: "setRollout"; rollout: Rollout }
  | { type: "select"; selection: Selection }
  /** Adds (true) and takes out (false) names, and leaves the rest selected as it is. */
  | { type: "adjustSelection"; nodes: Record<string, boolean>; edges: Record<string, boolean> }
  | { type: "selectAll" }
  | { type: "removeSelected" }
  | { type: "copy" }
  | { type: "paste" }
  | { type: "duplicate" }
  | { type: "layout" }
  | { type: "undo" }
  | { type: "redo" }
  | { type: "seal" };

const noSelection: Selection = { nodes: [], edges: [] };

export function newEditor(graph: ChainGraph): EditorState {
  return { history: newHistory(graph), selection: noSelection, clip: null, pastes: 0 };
}

export function editorReducer(state: EditorState, action: EditorAction): EditorState {
  const { graph } = state.history;
  switch (action.type) {
    case "load":
      return withHistory(state, newHistory(action.graph));
    case "replace":
      return withCommand(state, { type: "replace", graph: action.graph });
    case "add":
      return add(state, action.item, action.position ?? nextPosition(graph));
    case "connect":
      return connect(state, action.from, action.to, action.output);
    case "moveTo": {
      const moved = withCommand(state, { type: "move", positions: action.positions }, "move");
      return action.done ? { ...moved, history: seal(moved.history) } : moved;
    }
    case "rename":
      return rename(state, action.node, action.name);
    case "setConfig":
      return withCommand(
        state,
        { type: "setConfig", node: action.node, config: action.config },
        action.coalesce,
      );
    case "setMatch":
      return withCommand(state, { type: "setMatch", edge: action.edge, match: action.match });
    case "setOutput":
      return withCommand(state, { type: "setOutput", edge: action.edge, output: action.output });
    case "setRollout":
      return withCommand(state, { type: "setRollout", rollout: action.rollout }, "rollout");
    case "select":
      return sameSelection(state.selection, action.selection)
        ? state
        : { ...state, selection: action.selection };
    case "adjustSelection":
      return adjustSelection(state, action.nodes, action.edges);
    case "selectAll":
      return { ...state, selection: everything(graph) };
    case "removeSelected":
      return withCommand(state, { type: "remove", ...state.selection });
    case "copy":
      return { ...state, clip: copyNodes(graph, state.selection.nodes) ?? state.clip, pastes: 0 };
    case "paste":
      return paste(state, state.clip);
    case "duplicate":
      return {
        ...paste({ ...state, pastes: 0 }, copyNodes(graph, state.selection.nodes)),
        pastes: state.pastes,
      };
    case "layout":
      return withCommand(state, { type: "move", positions: layoutGraph(graph) });
    case "undo":
      return withHistory(state, undo(state.history));
    case "redo":
      return withHistory(state, redo(state.history));
    case "seal":
      return withHistory(state, seal(state.history));
  }
}

function withCommand(state: EditorState, command: Command, coalesce?: string): EditorState {
  return withHistory(state, perform(state.history, command, coalesce));
}

/** What is selected must exist: undo and removal take the names of what is gone out of the selection. */
function withHistory(state: EditorState, history: History): EditorState {
  if (history === state.history) return state;
  const nodes = new Set(history.graph.nodes.map((node) => node.name));
  const edges = new Set(history.graph.edges.map((edge) => edge.name));
  const selection = {
    nodes: state.selection.nodes.filter((name) => nodes.has(name)),
    edges: state.selection.edges.filter((name) => edges.has(name)),
  };
  const kept = sameSelection(state.selection, selection) ? state.selection : selection;
  return { ...state, history, selection: kept };
}

function add(state: EditorState, item: PaletteItem, position: Position): EditorState {
  const { graph } = state.history;
  const node = newNode(graph, item, position);
  return { ...withCommand(state, addCommand(graph, [node])), selection: { nodes: [node.name], edges: [] } };
}

function connect(state: EditorState, from: string, to: string, output?: string): EditorState {
  const { graph } = state.history;
  const edge = newEdge(graph, from, to, output);
  if (!edge) return state;
  return {
    ...withCommand(state, addCommand(graph, [], [edge])),
    selection: { nodes: [], edges: [edge.name] },
  };
}

function rename(state: EditorState, from: string, to: string): EditorState {
  if (!applyCommand(state.history.graph, { type: "rename", from, to })) return state;
  const nodes = state.selection.nodes.map((name) => (name === from ? to : name));
  return withCommand({ ...state, selection: { ...state.selection, nodes } }, { type: "rename", from, to });
}

function paste(state: EditorState, clip: Clip | null): EditorState {
  if (!clip) return state;
  const pastes = state.pastes + 1;
  const offset = { x: pasteOffset.x * pastes, y: pasteOffset.y * pastes };
  const { command, nodes } = pasteClip(state.history.graph, clip, offset);
  return { ...withCommand(state, command), selection: { nodes, edges: [] }, pastes };
}

function adjustSelection(
  state: EditorState,
  nodes: Record<string, boolean>,
  edges: Record<string, boolean>,
): EditorState {
  const selection = {
    nodes: adjust(state.selection.nodes, nodes),
    edges: adjust(state.selection.edges, edges),
  };
  return sameSelection(state.selection, selection) ? state : { ...state, selection };
}

function adjust(names: string[], changes: Record<string, boolean>): string[] {
  const kept = names.filter((name) => changes[name] !== false);
  const added = Object.keys(changes).filter((name) => changes[name] === true && !kept.includes(name));
  return [...kept, ...added];
}

function everything(graph: ChainGraph): Selection {
  return { nodes: graph.nodes.map((node) => node.name), edges: graph.edges.map((edge) => edge.name) };
}

function sameSelection(left: Selection, right: Selection): boolean {
  const same = (a: string[], b: string[]) =>
    a.length === b.length && a.every((name, index) => name === b[index]);
  return same(left.nodes, right.nodes) && same(left.edges, right.edges);
}
