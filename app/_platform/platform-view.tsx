// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatBytes, formatCount, formatCpu } from "@nfaas/domain";
import { CloudOff } from "lucide-react";
import type { PlatformCapacity, PlatformOverview } from "@/server/platform/types.ts";
import { Notice, Panel, Skeleton } from "../_kit/surface.tsx";
import { ConnectionBadge } from "../_live/connection-badge.tsx";
import { Stat } from "../_live/stat.tsx";
import { Page } from "../_shell/page.tsx";
import { NodesTable } from "./nodes-table.tsx";
import { PodsTable } from "./pods-table.tsx";
import { TenantsTable } from "./tenants-table.tsx";
import { usePlatform } from "./use-platform.ts";
import { ViewsTable } from "./views-table.tsx";

/** What the platform's operator watches. */
export function PlatformView() {
  const { overview, connection } = usePlatform();
  const sources = overview?.nodes.flatMap((node) => node.stream ?? []) ?? [];
  return (
    <Page
      title="Platform"
      description="Nodes, pods, tenants and the views they run, as the Kubernetes API and the agents report them."
      badge={<ConnectionBadge connection={connection} time={overview?.time ?? null} sources={sources} />}
    >
      {overview ? <Overview overview={overview} /> : <Loading />}
    </Page>
  );
}

function Overview({ overview }: { overview: PlatformOverview }) {
  return (
    <>
      {overview.kubernetesProblem && (
        <Notice tone="warn" icon={CloudOff}>
          {overview.kubernetesProblem}
        </Notice>
      )}
      <Capacity capacity={overview.capacity} />
      <Panel title="Tenants" flush>
        <TenantsTable tenants={overview.tenants} />
      </Panel>
      <Panel title="Views" flush>
        <ViewsTable views={overview.views} />
      </Panel>
      <Panel title="Pods" flush>
        <PodsTable pods={overview.pods} />
      </Panel>
      <Panel title="Nodes" flush>
        <NodesTable nodes={overview.nodes} />
      </Panel>
    </>
  );
}

function Capacity({ capacity }: { capacity: PlatformCapacity }) {
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
      <Stat label="Nodes" value={formatCount(capacity.nodes)} />
      <Stat label="Pods ready" value={`${capacity.readyPods} / ${capacity.pods}`} />
      <Stat
        label="CPU in use"
        value={formatCpu(capacity.usedCpuCores)}
        detail={`of one core; there are ${formatCount(capacity.cpus)}`}
      />
      <Stat label="Memory" value={formatBytes(capacity.memoryBytes)} />
      <Stat label="Hugepages free" value={formatCount(capacity.hugepagesFree)} />
      <Stat label="Virtual functions" value={formatCount(capacity.virtualFunctions)} />
    </div>
  );
}

const Loading = () => (
  <div aria-busy="true" className="flex flex-col gap-5">
    <span className="sr-only">Loading the platform’s state</span>
    <div className="grid grid-cols-3 gap-3 xl:grid-cols-6">
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <Skeleton key={key} className="h-20" />
      ))}
    </div>
    <Skeleton className="h-40" />
    <Skeleton className="h-56" />
  </div>
);
