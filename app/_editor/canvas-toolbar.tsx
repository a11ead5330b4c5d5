// SPDX-License-Identifier: Apache-2.0
"use client";
import { canRedo, canUndo, type EditorAction, type History } from "@nfaas/domain";
import { useReactFlow } from "@xyflow/react";
import { Keyboard, Maximize, Network, Redo2, Undo2 } from "lucide-react";
import { IconButton } from "../_kit/button.tsx";
import { fitOptions } from "./canvas.tsx";

interface CanvasToolbarProps {
  history: History;
  /** Absent: only looking is possible. */
  dispatch: ((action: EditorAction) => void) | undefined;
  onHelp: () => void;
}

export function CanvasToolbar({ history, dispatch, onHelp }: CanvasToolbarProps) {
  const flow = useReactFlow();
  const fit = () => void flow.fitView({ ...fitOptions, duration: 200 });
  return (
    <div
      role="toolbar"
      aria-label="Drawing"
      className="flex items-center gap-0.5 rounded-lg border border-line bg-raised p-0.5 shadow-panel"
    >
      {dispatch && (
        <>
          <IconButton
            icon={Undo2}
            label="Undo"
            keys="Ctrl+Z"
            disabled={!canUndo(history)}
            onClick={() => dispatch({ type: "undo" })}
          />
          <IconButton
            icon={Redo2}
            label="Redo"
            keys="Ctrl+Shift+Z"
            disabled={!canRedo(history)}
            onClick={() => dispatch({ type: "redo" })}
          />
          <span aria-hidden className="mx-0.5 h-4 w-px bg-line" />
          <IconButton icon={Network} label="Arrange" keys="L" onClick={() => dispatch({ type: "layout" })} />
        </>
      )}
      <IconButton icon={Maximize} label="Fit to screen" onClick={fit} />
      <IconButton icon={Keyboard} label="Keyboard help" keys="?" onClick={onHelp} />
    </div>
  );
}
