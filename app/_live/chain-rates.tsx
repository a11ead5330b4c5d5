// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatBitRate, formatPacketRate } from "@nfaas/domain";
import { Waypoints } from "lucide-react";
import Link from "next/link";
import type { ChainSummary } from "@/server/chains/types.ts";
import type { LiveTenantFrame } from "@/server/telemetry/types.ts";
import { ChainStateBadge } from "../_chains/chain-state.tsx";
import { Button } from "../_kit/button.tsx";
import { Empty, Panel, Skeleton } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";

interface ChainRatesProps {
  tenant: string;
  chains: ChainSummary[] | undefined;
  frame: LiveTenantFrame | null;
  /** The chain whose picture is below. */
  shown: string | null;
  onShow: (chain: string) => void;
}

export function ChainRates({ tenant, chains, frame, shown, onShow }: ChainRatesProps) {
  if (!chains) return <Skeleton className="h-32 w-full" />;
  if (chains.length === 0) {
    return (
      <Panel>
        <Empty icon={Waypoints} title="No chains yet">
          Draw and publish one on the{" "}
          <Link href={`/t/${tenant}/chains`} className="text-accent underline-offset-4 hover:underline">
            Chains page
          </Link>
          ; its packets show up here within two seconds.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Chains" flush>
      <Table label="Throughput per chain">
        <thead>
          <tr>
            <Th>Chain</Th>
            <Th>State</Th>
            <Th end>In</Th>
            <Th end>Out</Th>
            <Th end>Packets in</Th>
            <Th end>Dropped</Th>
            <Th>
              <span className="sr-only">Path</span>
            </Th>
          </tr>
        </thead>
        <tbody>
          {chains.map((chain) => {
            const now = frame?.chains.find((point) => point.chain === chain.name);
            return (
              <Tr key={chain.name}>
                <Td>
                  <Link href={`/t/${tenant}/chains/${chain.name}`} className="font-medium hover:text-accent">
                    {chain.title || chain.name}
                  </Link>
                </Td>
                <Td>
                  <ChainStateBadge state={chain.state} />
                </Td>
                <Td end>{formatBitRate(now?.in.bitsPerSecond)}</Td>
                <Td end>{formatBitRate(now?.out.bitsPerSecond)}</Td>
                <Td end>{formatPacketRate(now?.in.packetsPerSecond)}</Td>
                <Td end>{formatPacketRate(now?.droppedPacketsPerSecond)}</Td>
                <Td end>
                  <Button
                    look="ghost"
                    size="sm"
                    aria-pressed={shown === chain.name}
                    disabled={chain.liveRevision === null}
                    onClick={() => onShow(chain.name)}
                  >
                    {shown === chain.name ? "Shown below" : "Show path"}
                  </Button>
                </Td>
              </Tr>
            );
          })}
        </tbody>
      </Table>
    </Panel>
  );
}
