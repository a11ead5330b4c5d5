// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatBitRate, formatCount, formatCpu, formatPacketRate } from "@nfaas/domain";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { LiveTenantFrame } from "@/server/telemetry/types.ts";
import { Panel } from "../_kit/surface.tsx";
import { Page } from "../_shell/page.tsx";
import { repeated } from "../_trpc/background.ts";
import { useTRPC } from "../_trpc/client.tsx";
import { ChainRates } from "./chain-rates.tsx";
import { ConnectionBadge } from "./connection-badge.tsx";
import { DropsTable } from "./drops-table.tsx";
import { LiveChain } from "./live-chain.tsx";
import { RateChart } from "./rate-chart.tsx";
import { throughputSeries } from "./series.ts";
import { Stat } from "./stat.tsx";
import { useLiveTenant } from "./use-live.ts";

/** The tenant's packets, now and over the last ten minutes. */
export function LiveView({ tenant }: { tenant: string }) {
  const trpc = useTRPC();
  const live = useLiveTenant(tenant);
  const { data: chains } = useQuery(trpc.chains.list.queryOptions({ tenant }, repeated(5_000)));
  const running = (chains ?? []).filter((chain) => chain.liveRevision !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = running.find((chain) => chain.name === chosen) ?? running[0];
  const frame = live.now;
  return (
    <Page
      title="Live"
      description="What your chains carry at this moment. Figures count your own IP packets, both directions together."
      badge={
        <ConnectionBadge connection={live.connection} time={frame?.time ?? null} sources={live.sources} />
      }
    >
      <Figures frame={frame} />
      <Panel title="Throughput, last 10 minutes">
        <RateChart
          points={live.points}
          series={throughputSeries}
          format={formatBitRate}
          label="Throughput of all chains over the last 10 minutes"
        />
      </Panel>
      <ChainRates
        tenant={tenant}
        chains={chains}
        frame={frame}
        shown={shown?.name ?? null}
        onShow={(chain) => setChosen(chain)}
      />
      {shown && <LiveChain key={`${shown.name}@${shown.liveRevision}`} tenant={tenant} chain={shown} />}
      <Panel title="Drops, all chains" flush>
        <DropsTable drops={frame?.drops ?? []} />
      </Panel>
    </Page>
  );
}

function Figures({ frame }: { frame: LiveTenantFrame | null }) {
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Stat
        label="In"
        colour="forward"
        testId="tenant-in"
        value={formatBitRate(frame?.in.bitsPerSecond)}
        detail={formatPacketRate(frame?.in.packetsPerSecond)}
      />
      <Stat
        label="Out"
        colour="reverse"
        testId="tenant-out"
        value={formatBitRate(frame?.out.bitsPerSecond)}
        detail={formatPacketRate(frame?.out.packetsPerSecond)}
      />
      <Stat
        label="Dropped"
        colour="bad"
        value={formatPacketRate(frame?.droppedPacketsPerSecond)}
        detail={frame ? dropShare(frame) : undefined}
      />
      <Stat label="Flows" value={formatCount(frame?.flows)} detail="in the connection tables" />
      <Stat label="CPU" value={formatCpu(frame?.cpuCores)} detail="of one core, your workers" />
    </div>
  );
}

function dropShare({ in: entered, droppedPacketsPerSecond }: LiveTenantFrame): string {
  if (droppedPacketsPerSecond === 0) return "nothing is lost";
  if (entered.packetsPerSecond === 0) return "all that came";
  const percent = (100 * droppedPacketsPerSecond) / entered.packetsPerSecond;
  return `${percent < 0.1 ? "< 0.1" : percent.toFixed(1)} % of what enters`;
}
