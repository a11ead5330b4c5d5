// SPDX-License-Identifier: Apache-2.0
"use client";
import type { EditorAction } from "@nfaas/domain";
import { useEffect } from "react";

/** What the help dialog lists; the handler below is the only place that acts on them. */
export const shortcuts = [
  { keys: "Ctrl+Z", does: "Undo" },
  { keys: "Ctrl+Shift+Z", does: "Redo" },
  { keys: "Delete", does: "Remove what is selected" },
  { keys: "Ctrl+C", does: "Copy" },
  { keys: "Ctrl+V", does: "Paste" },
  { keys: "Ctrl+D", does: "Duplicate" },
  { keys: "Ctrl+A", does: "Select all" },
  { keys: "L", does: "Arrange" },
  { keys: "Tab", does: "Go from node to node and to the edges" },
  { keys: "Enter", does: "Select the focused node or edge" },
  { keys: "↑+↓+←+→", does: "Move the selected nodes" },
  { keys: "Shift+Drag", does: "Select an area" },
  { keys: "?", does: "This help" },
] as const;

const withControl: Record<string, EditorAction["type"]> = {
  z: "undo",
  y: "redo",
  c: "copy",
  v: "paste",
  d: "duplicate",
  a: "selectAll",
};

/** The action a key means, if any. Pure, so that a test can press keys without a browser. */
export function actionOfKey(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
): EditorAction | "help" | null {
  if (event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z" && event.shiftKey) return { type: "redo" };
    const type = event.shiftKey ? undefined : withControl[key];
    return type ? ({ type } as EditorAction) : null;
  }
  if (key === "delete" || key === "backspace") return { type: "removeSelected" };
  if (key === "l") return { type: "layout" };
  return key === "?" ? "help" : null;
}

/** Keys act on the drawing unless the user is typing or a dialog is open. */
export function useShortcuts(
  dispatch: ((action: EditorAction) => void) | undefined,
  onHelp: (() => void) | undefined,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]")) return;
      const action = actionOfKey(event);
      if (!action || (action !== "help" && action.type === "copy" && window.getSelection()?.toString()))
        return;
      if (action === "help") onHelp?.();
      else if (dispatch) dispatch(action);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [dispatch, onHelp]);
}
