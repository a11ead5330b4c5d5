// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ChainGraph, editorReducer, newEditor, sameIntent } from "@nfaas/domain";
import { useCallback, useDeferredValue, useEffect, useMemo, useReducer, useState } from "react";
import type { ChainDetail, RevisionDetail } from "@/server/chains/types.ts";
import { Badge } from "../_kit/surface.tsx";
import { ConnectionBadge } from "../_live/connection-badge.tsx";
import { useLiveChain } from "../_live/use-live.ts";
import { useMayEdit } from "../_shell/me-context.tsx";
import type { EditorCatalogue } from "./catalogue.ts";
import { ConflictNotice } from "./conflict-notice.tsx";
import { DraftIndicator } from "./draft-indicator.tsx";
import { EditorHead } from "./editor-head.tsx";
import { FiguresHint } from "./figures-hint.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { PreviewDialog } from "./preview-dialog.tsx";
import { ProgressStrip } from "./progress-strip.tsx";
import { PublishDialog } from "./publish-dialog.tsx";
import { RevisionView } from "./revision-view.tsx";
import { RevisionsSheet } from "./revisions-sheet.tsx";
import { RollBackDialog } from "./roll-back-dialog.tsx";
import { useChainStatus } from "./use-chain-status.ts";
import { useDraft } from "./use-draft.ts";
import { useEditorUrl } from "./use-editor-url.ts";
import { useIssues } from "./use-issues.ts";
import { Workspace } from "./workspace.tsx";

interface EditorProps {
  tenant: string;
  detail: ChainDetail;
  catalogue: EditorCatalogue;
}

type OpenDialog = "publish" | "preview" | "help" | null;

/** One chain: drawing, configuring, publishing, watching. Key it by chain: the draft is read once. */
export function Editor({ tenant, detail, catalogue }: EditorProps) {
  const chain = detail.name;
  const url = useEditorUrl();
  const mayEdit = useMayEdit(tenant);
  const [state, dispatch] = useReducer(editorReducer, null, () => ({
    ...newEditor(detail.draft.graph),
    selection: { nodes: url.node ? [url.node] : [], edges: [] },
  }));
  const { graph } = state.history;
  const [initialDraft] = useState(detail.draft);
  const draft = useDraft(tenant, chain, initialDraft, graph);
  const issues = useIssues(graph, catalogue);
  const errors = issues.filter((issue) => issue.severity === "error").length;
  const status = useChainStatus(tenant, chain);
  const published = detail.published;
  const live = useLiveChain(tenant, chain, status?.liveRevision != null);
  const showsLive = useShowsLive(graph, published, status?.liveRevision ?? null);

  const [dialog, setDialog] = useState<OpenDialog>(null);
  const [revisionsOpen, setRevisionsOpen] = useState(false);
  const [rollingBack, setRollingBack] = useState<number | null>(null);
  const openHelp = useCallback(() => setDialog("help"), []);
  const change = mayEdit ? dispatch : undefined;
  useSelectionInUrl(state.selection.nodes, url.set);

  const dialogOf = (name: OpenDialog) => ({
    open: dialog === name,
    onOpenChange: (open: boolean) => setDialog(open ? name : null),
  });
  const loadTheirs = () => {
    if (draft.state.kind !== "conflict") return;
    dispatch({ type: "load", graph: draft.state.theirs.graph });
    draft.adopt(draft.state.theirs);
  };

  return (
    <div className="flex h-full flex-col">
      <EditorHead
        tenant={tenant}
        detail={detail}
        status={status}
        notes={
          <>
            {mayEdit ? <DraftIndicator state={draft.state} /> : <Badge>Read only</Badge>}
            <ConnectionBadge
              connection={live.connection}
              time={live.now?.time ?? null}
              sources={live.sources}
            />
          </>
        }
        publish={
          mayEdit
            ? {
                errors,
                onClick: () => setDialog("publish"),
                onProblems: () => url.set({ tab: "problems" }),
              }
            : null
        }
        onRevisions={() => setRevisionsOpen(true)}
        onPreview={() => setDialog("preview")}
      />
      {status && <ProgressStrip status={status} publishedAt={published?.createdAt ?? null} />}
      {draft.state.kind === "conflict" && (
        <ConflictNotice theirs={draft.state.theirs} onMine={draft.keepMine} onTheirs={loadTheirs} />
      )}
      {url.revision === null ? (
        <Workspace
          tenant={tenant}
          chain={chain}
          graph={graph}
          selection={state.selection}
          issues={issues}
          catalogue={catalogue}
          frame={showsLive ? live.now : null}
          dispatch={change}
          onSelect={dispatch}
          tab={url.tab}
          onTab={(tab) => url.set({ tab })}
          label={`Drawing of ${chain}`}
          history={state.history}
          hint={
            status?.liveRevision != null && !showsLive ? (
              <FiguresHint
                liveRevision={status.liveRevision}
                onShow={() => url.set({ revision: status.liveRevision })}
              />
            ) : null
          }
          onHelp={openHelp}
        />
      ) : (
        <RevisionView
          key={url.revision}
          tenant={tenant}
          chain={chain}
          revision={url.revision}
          catalogue={catalogue}
          frame={status?.liveRevision === url.revision ? live.now : null}
          newest={published?.number === url.revision}
          mayEdit={mayEdit}
          onClose={() => url.set({ revision: null })}
          onCopy={(copied) => {
            dispatch({ type: "replace", graph: copied });
            url.set({ revision: null });
          }}
          onRollBack={() => setRollingBack(url.revision)}
        />
      )}
      <PublishDialog
        tenant={tenant}
        chain={chain}
        graph={graph}
        warnings={issues.filter((issue) => issue.severity === "warning")}
        deployed={status?.rollout ?? null}
        onRollout={(rollout) => dispatch({ type: "setRollout", rollout })}
        flush={draft.flush}
        {...dialogOf("publish")}
      />
      <PreviewDialog tenant={tenant} chain={chain} graph={graph} {...dialogOf("preview")} />
      <HelpDialog {...dialogOf("help")} />
      <RevisionsSheet
        tenant={tenant}
        chain={chain}
        liveRevision={status?.liveRevision ?? null}
        shown={url.revision}
        mayEdit={mayEdit}
        open={revisionsOpen}
        onOpenChange={setRevisionsOpen}
        onShow={(revision) => {
          url.set({ revision });
          setRevisionsOpen(false);
        }}
        onRollBack={(revision) => setRollingBack(revision.number)}
      />
      <RollBackDialog
        tenant={tenant}
        chain={chain}
        revision={rollingBack}
        onClose={() => setRollingBack(null)}
        onDone={() => {
          setRollingBack(null);
          url.set({ revision: null });
        }}
      />
    </div>
  );
}

/** The one selected node stands in the address, so that a link opens its settings. */
function useSelectionInUrl(nodes: string[], set: ReturnType<typeof useEditorUrl>["set"]): void {
  const node = nodes.length === 1 ? (nodes[0] ?? null) : null;
  useEffect(() => set({ node }), [node, set]);
}

/** Whether the live figures belong to what is drawn; a big graph is compared when the browser has time. */
function useShowsLive(
  graph: ChainGraph,
  published: RevisionDetail | null,
  liveRevision: number | null,
): boolean {
  const settled = useDeferredValue(graph);
  const same = useMemo(
    () => published !== null && sameIntent(settled, published.graph),
    [settled, published],
  );
  return same && liveRevision === published?.number;
}
