// SPDX-License-Identifier: Apache-2.0
"use client";
import { useQuery } from "@tanstack/react-query";
import { CloudOff, Plus, Waypoints } from "lucide-react";
import { useState } from "react";
import type { ChainSummary } from "@/server/chains/types.ts";
import { Button } from "../_kit/button.tsx";
import { Empty, Notice, Panel, Skeleton } from "../_kit/surface.tsx";
import { Table, Th } from "../_kit/table.tsx";
import { ConnectionBadge } from "../_live/connection-badge.tsx";
import { useLiveTenant } from "../_live/use-live.ts";
import { useMayEdit } from "../_shell/me-context.tsx";
import { Page } from "../_shell/page.tsx";
import { repeated } from "../_trpc/background.ts";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";
import { useChainPoints } from "./chain-points.ts";
import { ChainRow } from "./chain-row.tsx";
import { CreateChainDialog } from "./create-chain-dialog.tsx";

export function ChainsView({ tenant }: { tenant: string }) {
  const trpc = useTRPC();
  const mayEdit = useMayEdit(tenant);
  const [creating, setCreating] = useState(false);
  const chains = useQuery(trpc.chains.list.queryOptions({ tenant }, repeated(4_000)));
  const live = useLiveTenant(tenant);
  const create = mayEdit && (
    <Button look="primary" icon={Plus} onClick={() => setCreating(true)}>
      New chain
    </Button>
  );
  return (
    <Page
      title="Chains"
      description="A chain is the path your packets take from one attachment to another, through the functions you choose."
      badge={
        <ConnectionBadge connection={live.connection} time={live.now?.time ?? null} sources={live.sources} />
      }
      actions={create}
    >
      {chains.error && (
        <Notice tone="warn" icon={CloudOff}>
          {errorOf(chains.error).message}
        </Notice>
      )}
      <Panel flush>
        <ChainTable tenant={tenant} chains={chains.data} frame={live.now} mayEdit={mayEdit} action={create} />
      </Panel>
      <CreateChainDialog tenant={tenant} open={creating} onOpenChange={setCreating} />
    </Page>
  );
}

interface ChainTableProps {
  tenant: string;
  chains: ChainSummary[] | undefined;
  frame: Parameters<typeof useChainPoints>[0];
  mayEdit: boolean;
  action: React.ReactNode;
}

function ChainTable({ tenant, chains, frame, mayEdit, action }: ChainTableProps) {
  const points = useChainPoints(frame);
  if (!chains) return <LoadingRows />;
  if (chains.length === 0) return <NoChains action={action} />;
  return (
    <Table label="Chains">
      <thead>
        <tr>
          <Th>Chain</Th>
          <Th>State</Th>
          <Th>Last 10 minutes</Th>
          <Th end>Throughput</Th>
          <Th>Last published</Th>
          <Th>
            <span className="sr-only">Actions</span>
          </Th>
        </tr>
      </thead>
      <tbody>
        {chains.map((chain) => (
          <ChainRow
            key={chain.name}
            tenant={tenant}
            chain={chain}
            points={points[chain.name]}
            mayEdit={mayEdit}
          />
        ))}
      </tbody>
    </Table>
  );
}

function NoChains({ action }: { action: React.ReactNode }) {
  return (
    <Empty icon={Waypoints} title="Draw your first chain" action={action}>
      <p>Three steps, and your packets take the path:</p>
      <ol className="mx-auto mt-3 flex max-w-sm flex-col gap-1.5 text-left">
        <li>1. Put an attachment where packets enter and one where they leave.</li>
        <li>2. Put functions between them, such as a firewall with your rules, and connect them.</li>
        <li>3. Publish. The old path, if there is one, carries traffic until the new one is ready.</li>
      </ol>
    </Empty>
  );
}

const LoadingRows = () => (
  <div className="flex flex-col gap-4 p-5" aria-busy="true">
    <span className="sr-only">Loading chains</span>
    {["a", "b", "c"].map((key) => (
      <div key={key} className="flex items-center gap-6">
        <Skeleton className="h-9 w-52" />
        <Skeleton className="h-5 w-16" />
        <Skeleton className="h-7 w-32" />
        <Skeleton className="ml-auto h-5 w-24" />
      </div>
    ))}
  </div>
);
