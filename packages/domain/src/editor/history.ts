// SPDX-License-Identifier: Apache-2.0
// Undo and redo over commands. Immutable: every function returns the next history.
import type { ChainGraph } from "../graph.ts";
import { applyCommand, type Command } from "./command.ts";

interface Entry {
  redo: Command;
  undo: Command;
  /** Entries in a row with the same key are one step for the user: the moves of one drag, the letters of one field. */
  coalesce?: string;
}

export interface History {
  graph: ChainGraph;
  past: Entry[];
  future: Entry[];
}

/** Steps that can be taken back; older ones are forgotten. */
export const historyLimit = 200;

export function newHistory(graph: ChainGraph): History {
  return { graph, past: [], future: [] };
}

/** Applies a command and forgets what had been undone. A command that changes nothing leaves the history as it is. */
export function perform(history: History, command: Command, coalesce?: string): History {
  const applied = applyCommand(history.graph, command);
  if (!applied) return history;
  const last = history.past.at(-1);
  if (coalesce && last?.coalesce === coalesce) {
    const merged = mergeEntries(last, command, applied.inverse);
    return { graph: applied.graph, past: [...history.past.slice(0, -1), merged], future: [] };
  }
  const entry: Entry = { redo: command, undo: applied.inverse, ...(coalesce ? { coalesce } : {}) };
  return { graph: applied.graph, past: [...history.past, entry].slice(-historyLimit), future: [] };
}

/** Ends a run of coalesced commands: the next one starts a step of its own. */
export function seal(history: History): History {
  const last = history.past.at(-1);
  if (!last?.coalesce) return history;
  const { coalesce: _, ...entry } = last;
  return { ...history, past: [...history.past.slice(0, -1), entry] };
}

export const canUndo = (history: History): boolean => history.past.length > 0;
export const canRedo = (history: History): boolean => history.future.length > 0;

export function undo(history: History): History {
  const entry = history.past.at(-1);
  const applied = entry && applyCommand(history.graph, entry.undo);
  if (!entry || !applied) return history;
  return { graph: applied.graph, past: history.past.slice(0, -1), future: [entry, ...history.future] };
}

export function redo(history: History): History {
  const [entry, ...future] = history.future;
  const applied = entry && applyCommand(history.graph, entry.redo);
  if (!entry || !applied) return history;
  return { graph: applied.graph, past: [...history.past, entry], future };
}

/** Two moves may touch different nodes, so both sides are united; for the rest the first undo and last redo count. */
function mergeEntries(first: Entry, redoNext: Command, undoNext: Command): Entry {
  if (first.redo.type !== "move" || redoNext.type !== "move") return { ...first, redo: redoNext };
  if (first.undo.type !== "move" || undoNext.type !== "move") return { ...first, redo: redoNext };
  return {
    ...first,
    redo: { type: "move", positions: { ...first.redo.positions, ...redoNext.positions } },
    undo: { type: "move", positions: { ...undoNext.positions, ...first.undo.positions } },
  };
}
