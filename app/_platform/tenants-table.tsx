// SPDX-License-Identifier: Apache-2.0
import { formatBitRate, formatCount, formatCpu, formatPacketRate } from "@nfaas/domain";
import { Building2 } from "lucide-react";
import type { PlatformTenant } from "@/server/platform/types.ts";
import { Empty } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";
import { explainDrop } from "../_live/drop-reasons.ts";

export function TenantsTable({ tenants }: { tenants: readonly PlatformTenant[] }) {
  if (tenants.length === 0) {
    return (
      <Empty icon={Building2} title="No tenants">
        Apply a Tenant object to make the first one.
      </Empty>
    );
  }
  return (
    <Table label="Tenants">
      <thead>
        <tr>
          <Th>Tenant</Th>
          <Th end>Id</Th>
          <Th end>Chains</Th>
          <Th end>In</Th>
          <Th end>Out</Th>
          <Th end>Packets in</Th>
          <Th end>Dropped</Th>
          <Th end>CPU</Th>
        </tr>
      </thead>
      <tbody>
        {tenants.map(({ name, displayName, tenantId, chains, live, cpuCores, drops }) => (
          <Tr key={name}>
            <Td>
              <span className="font-medium">{displayName}</span>{" "}
              <span className="font-mono text-2xs text-ink-muted">{name}</span>
            </Td>
            <Td end>{tenantId}</Td>
            <Td end>{formatCount(chains)}</Td>
            <Td end>{formatBitRate(live?.in.bitsPerSecond)}</Td>
            <Td end>{formatBitRate(live?.out.bitsPerSecond)}</Td>
            <Td end>{formatPacketRate(live?.in.packetsPerSecond)}</Td>
            <Td end>
              <span
                title={drops
                  .map((drop) => `${explainDrop(drop.reason)}: ${formatCount(drop.total)}`)
                  .join("\n")}
              >
                {formatPacketRate(live?.droppedPacketsPerSecond)}
              </span>
            </Td>
            <Td end>{formatCpu(cpuCores)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
