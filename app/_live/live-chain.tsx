// SPDX-License-Identifier: Apache-2.0
"use client";
import { editorReducer, newEditor } from "@nfaas/domain";
import { useQuery } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { useReducer } from "react";
import type { ChainSummary, RevisionDetail } from "@/server/chains/types.ts";
import type { LiveChainFrame } from "@/server/telemetry/types.ts";
import { KeptFlows } from "../_chains/kept-flows.tsx";
import { Canvas } from "../_editor/canvas.tsx";
import { LiveFigures } from "../_editor/live-figures.tsx";
import { useChainStatus } from "../_editor/use-chain-status.ts";
import { Panel, Skeleton } from "../_kit/surface.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { RuleHits } from "./rule-hits.tsx";
import { useLiveChain } from "./use-live.ts";

/** One chain as it runs: its live revision's picture with the figures of every edge, and its rules' hits. */
export function LiveChain({ tenant, chain }: { tenant: string; chain: ChainSummary }) {
  const trpc = useTRPC();
  const live = useLiveChain(tenant, chain.name);
  const keeping = useChainStatus(tenant, chain.name)?.keeping ?? [];
  const { data: revision } = useQuery(
    trpc.chains.revision.queryOptions(
      { tenant, chain: chain.name, revision: chain.liveRevision ?? 1 },
      { staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  return (
    <div className="grid gap-5 xl:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)]">
      <Panel
        title={`Path of ${chain.title || chain.name}`}
        flush
        className="h-88"
        actions={
          <span className="text-xs">
            <KeptFlows keeping={keeping} />
          </span>
        }
      >
        {revision ? <Picture revision={revision} frame={live.now} /> : <Skeleton className="m-4 h-64" />}
      </Panel>
      <Panel title="Rules" flush className="h-88">
        <div className="h-full overflow-y-auto">
          <RuleHits graph={revision?.graph ?? null} rules={live.now?.rules ?? []} />
        </div>
      </Panel>
    </div>
  );
}

const noIssues: never[] = [];

function Picture({ revision, frame }: { revision: RevisionDetail; frame: LiveChainFrame | null }) {
  const [state, select] = useReducer(editorReducer, revision.graph, newEditor);
  return (
    <ReactFlowProvider>
      <LiveFigures frame={frame}>
        <Canvas
          graph={revision.graph}
          selection={state.selection}
          issues={noIssues}
          onSelect={select}
          label={`Live picture of revision ${revision.number}`}
        />
      </LiveFigures>
    </ReactFlowProvider>
  );
}
