// SPDX-License-Identifier: Apache-2.0
"use client";
import { Cloud, CloudAlert, CloudUpload, type LucideIcon } from "lucide-react";
import { classes } from "../_kit/classes.ts";
import type { DraftState } from "./use-draft.ts";

const looks: Record<DraftState["kind"], { icon: LucideIcon; text: string; colour: string }> = {
  saved: { icon: Cloud, text: "Draft saved", colour: "text-ink-muted" },
  unsaved: { icon: CloudUpload, text: "Unsaved changes", colour: "text-ink-muted" },
  saving: { icon: CloudUpload, text: "Saving…", colour: "text-ink-muted" },
  conflict: { icon: CloudAlert, text: "Not saved: changed elsewhere", colour: "text-warn" },
  failed: { icon: CloudAlert, text: "Not saved; retrying", colour: "text-bad" },
};

export function DraftIndicator({ state }: { state: DraftState }) {
  const { icon: Icon, text, colour } = looks[state.kind];
  return (
    <span
      role="status"
      title={state.kind === "failed" ? state.message : undefined}
      className={classes("inline-flex items-center gap-1.5 whitespace-nowrap text-xs", colour)}
    >
      <Icon aria-hidden className="size-3.5" />
      {text}
    </span>
  );
}
