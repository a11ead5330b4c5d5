// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ChainGraph, sameGraph } from "@nfaas/domain";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Draft } from "@/server/chains/types.ts";
import { leaveWhenSignedOut, useTRPCClient } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";

export type DraftState =
  | { kind: "saved"; at: number }
  | { kind: "unsaved" }
  | { kind: "saving" }
  /** Someone else saved meanwhile; nothing is written until the user chose. */
  | { kind: "conflict"; theirs: Draft }
  | { kind: "failed"; message: string };

export interface DraftControl {
  state: DraftState;
  /** Saves what isn't saved and resolves to the draft's version; null when it can't be saved. */
  flush: () => Promise<number | null>;
  /** Ends a conflict: what is on screen replaces theirs. */
  keepMine: () => void;
  /** The graph now on screen came from the server as this draft: nothing to save. */
  adopt: (draft: Draft) => void;
}

const quietMs = 700;
const retryMs = 4_000;

/** Saves the graph a moment after the last change, one save at a time, each based on the version it was read at. */
export function useDraft(tenant: string, chain: string, initial: Draft, graph: ChainGraph): DraftControl {
  const client = useTRPCClient();
  const [state, setState] = useState<DraftState>({ kind: "saved", at: initial.updatedAt });
  const saved = useRef({ graph: initial.graph, version: initial.version });
  const shown = useRef(graph);
  useEffect(() => {
    shown.current = graph;
  }, [graph]);
  const running = useRef<Promise<number | null> | null>(null);
  const blocked = useRef(false);

  const saveOnce = useCallback(async (): Promise<number | null> => {
    const sent = shown.current;
    if (sameGraph(sent, saved.current.graph)) {
      // Changed and changed back: there is nothing to save.
      saved.current.graph = sent;
      setState((before) => (before.kind === "saved" ? before : { kind: "saved", at: Date.now() }));
      return saved.current.version;
    }
    setState({ kind: "saving" });
    try {
      const draft = await client.chains.saveDraft.mutate({
        tenant,
        chain,
        graph: sent,
        version: saved.current.version,
      });
      saved.current = { graph: sent, version: draft.version };
      setState(sameGraph(sent, shown.current) ? { kind: "saved", at: draft.updatedAt } : { kind: "unsaved" });
      return draft.version;
    } catch (error) {
      leaveWhenSignedOut(error);
      const { code, message } = errorOf(error);
      if (code !== "DRAFT_CONFLICT") {
        setState({ kind: "failed", message });
        return null;
      }
      const { draft: theirs } = await client.chains.get.query({ tenant, chain });
      if (sameGraph(theirs.graph, sent)) {
        saved.current = { graph: sent, version: theirs.version };
        setState({ kind: "saved", at: theirs.updatedAt });
        return theirs.version;
      }
      blocked.current = true;
      setState({ kind: "conflict", theirs });
      return null;
    }
  }, [client, tenant, chain]);

  const flush = useCallback(async (): Promise<number | null> => {
    if (running.current) await running.current;
    if (blocked.current) return null;
    running.current = saveOnce().catch((error: unknown) => {
      setState({ kind: "failed", message: errorOf(error).message });
      return null;
    });
    const version = await running.current;
    running.current = null;
    return version;
  }, [saveOnce]);

  useEffect(() => {
    if (graph === saved.current.graph) return;
    if (blocked.current) return;
    setState((before) => (before.kind === "saving" ? before : { kind: "unsaved" }));
    const timer = setTimeout(() => void flush(), quietMs);
    return () => clearTimeout(timer);
  }, [graph, flush]);

  useEffect(() => {
    if (state.kind !== "failed") return;
    const timer = setTimeout(() => void flush(), retryMs);
    return () => clearTimeout(timer);
  }, [state, flush]);

  useSaveOnLeave(flush);

  const keepMine = useCallback(() => {
    if (state.kind !== "conflict") return;
    blocked.current = false;
    saved.current = { graph: state.theirs.graph, version: state.theirs.version };
    void flush();
  }, [state, flush]);

  const adopt = useCallback((draft: Draft) => {
    blocked.current = false;
    saved.current = { graph: draft.graph, version: draft.version };
    setState({ kind: "saved", at: draft.updatedAt });
  }, []);

  return { state, flush, keepMine, adopt };
}

/** Another page of ours, another tab, a closed window: what was drawn is saved all the same. */
function useSaveOnLeave(flush: () => Promise<unknown>): void {
  useEffect(() => {
    const onHidden = () => {
      if (document.visibilityState === "hidden") void flush();
    };
    document.addEventListener("visibilitychange", onHidden);
    return () => {
      document.removeEventListener("visibilitychange", onHidden);
      void flush();
    };
  }, [flush]);
}
