// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ChainGraph, editorReducer, newEditor } from "@nfaas/domain";
import { useQuery } from "@tanstack/react-query";
import { Copy, Eye, RotateCcw } from "lucide-react";
import { useReducer, useState } from "react";
import type { RevisionDetail } from "@/server/chains/types.ts";
import type { LiveChainFrame } from "@/server/telemetry/types.ts";
import { Button } from "../_kit/button.tsx";
import { Notice, Skeleton } from "../_kit/surface.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";
import type { EditorCatalogue } from "./catalogue.ts";
import type { DockTab } from "./dock.tsx";
import { useIssues } from "./use-issues.ts";
import { Workspace } from "./workspace.tsx";

interface RevisionViewProps {
  tenant: string;
  chain: string;
  revision: number;
  catalogue: EditorCatalogue;
  frame: LiveChainFrame | null;
  newest: boolean;
  mayEdit: boolean;
  onClose: () => void;
  onCopy: (graph: ChainGraph) => void;
  onRollBack: () => void;
}

/** An older graph, to look at. */
export function RevisionView(props: RevisionViewProps) {
  const trpc = useTRPC();
  const { tenant, chain, revision } = props;
  const { data, error } = useQuery(
    trpc.chains.revision.queryOptions({ tenant, chain, revision }, { staleTime: Number.POSITIVE_INFINITY }),
  );
  if (error) return <p className="p-6 text-bad text-sm">{errorOf(error).message}</p>;
  if (!data) return <Skeleton className="m-4 flex-1" />;
  return <Loaded {...props} detail={data} />;
}

function Loaded({
  tenant,
  chain,
  detail,
  catalogue,
  frame,
  newest,
  mayEdit,
  onClose,
  onCopy,
  onRollBack,
}: RevisionViewProps & { detail: RevisionDetail }) {
  const [state, select] = useReducer(editorReducer, detail.graph, newEditor);
  const [tab, setTab] = useState<DockTab>("configuration");
  const issues = useIssues(detail.graph, catalogue);
  return (
    <>
      <div className="border-line border-b bg-surface p-2">
        <Notice
          tone="accent"
          icon={Eye}
          actions={
            <span className="flex gap-2">
              {mayEdit && (
                <Button size="sm" icon={Copy} onClick={() => onCopy(detail.graph)}>
                  Copy into draft
                </Button>
              )}
              {mayEdit && !newest && (
                <Button size="sm" icon={RotateCcw} onClick={onRollBack}>
                  Roll back
                </Button>
              )}
              <Button size="sm" onClick={onClose}>
                Back to draft
              </Button>
            </span>
          }
        >
          You are looking at revision {detail.number} by {detail.author}. It can’t be changed.
        </Notice>
      </div>
      <Workspace
        tenant={tenant}
        chain={chain}
        graph={detail.graph}
        selection={state.selection}
        issues={issues}
        catalogue={catalogue}
        frame={frame}
        onSelect={select}
        tab={tab}
        onTab={setTab}
        label={`Drawing of revision ${detail.number}`}
      />
    </>
  );
}
