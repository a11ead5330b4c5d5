// SPDX-License-Identifier: Apache-2.0
import { formatCount, formatPacketRate } from "@nfaas/domain";
import { ShieldCheck } from "lucide-react";
import type { LiveDropRate } from "@/server/telemetry/types.ts";
import { Empty } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";
import { explainDrop } from "./drop-reasons.ts";

interface DropsTableProps {
  drops: readonly (LiveDropRate & { chain?: string })[];
}

/** Drops by reason and place, the most frequent first. */
export function DropsTable({ drops }: DropsTableProps) {
  if (drops.length === 0) {
    return (
      <Empty icon={ShieldCheck} title="No drops">
        Every packet that entered has left, or is on its way.
      </Empty>
    );
  }
  const sorted = [...drops].sort((a, b) => b.packetsPerSecond - a.packetsPerSecond || b.total - a.total);
  const top = Math.max(...sorted.map((drop) => drop.packetsPerSecond), Number.MIN_VALUE);
  return (
    <Table label="Drops by reason">
      <thead>
        <tr>
          <Th>Reason</Th>
          <Th>Where</Th>
          <Th className="w-[26%]" end>
            Now
          </Th>
          <Th end>Since watching</Th>
        </tr>
      </thead>
      <tbody>
        {sorted.map((drop) => (
          <Tr key={`${drop.chain} ${drop.node} ${drop.reason}`}>
            <Td>
              <span className="block">{explainDrop(drop.reason)}</span>
              <code className="font-mono text-2xs text-ink-muted">{drop.reason}</code>
            </Td>
            <Td className="text-ink-soft">{[drop.chain, drop.node].filter(Boolean).join(" / ") || "–"}</Td>
            <Td end>
              <span className="block">{formatPacketRate(drop.packetsPerSecond)}</span>
              <Bar share={drop.packetsPerSecond / top} />
            </Td>
            <Td end>{formatCount(drop.total)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

const Bar = ({ share }: { share: number }) => (
  <span aria-hidden className="mt-1 ml-auto block h-1 w-full overflow-hidden rounded-full bg-sunken">
    <span
      className="ml-auto block h-full rounded-full bg-bad"
      style={{ width: `${Math.round(share * 100)}%` }}
    />
  </span>
);
