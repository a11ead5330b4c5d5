// SPDX-License-Identifier: Apache-2.0
"use client";
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";
import type { DockTab } from "./dock.tsx";

const tabOf = (text: string | null): DockTab =>
  text === "problems" || text === "explain" ? text : "configuration";

interface EditorUrl {
  node: string | null;
  /** The older revision on the canvas; null = the draft. */
  revision: number | null;
  tab: DockTab;
}

/** What of the editor can be linked to: the selected node, the panel, the revision looked at. */
export function useEditorUrl(): EditorUrl & { set: (change: Partial<EditorUrl>) => void } {
  const params = useSearchParams();
  const revision = Number(params.get("revision"));
  const set = useCallback((change: Partial<EditorUrl>) => {
    const next = new URLSearchParams(window.location.search);
    for (const [name, value] of Object.entries(change)) {
      if (value === null || value === undefined || value === "configuration") next.delete(name);
      else next.set(name, String(value));
    }
    const query = next.toString();
    // Next follows the History API; the router's own replace would ask the server for the page again.
    window.history.replaceState(null, "", query ? `?${query}` : window.location.pathname);
  }, []);
  return {
    node: params.get("node"),
    revision: Number.isInteger(revision) && revision > 0 ? revision : null,
    tab: tabOf(params.get("tab")),
    set,
  };
}
