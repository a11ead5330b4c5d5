// SPDX-License-Identifier: Apache-2.0
import { formatBytes, formatCount } from "@nfaas/domain";
import { Server } from "lucide-react";
import type { PlatformNode } from "@/server/platform/types.ts";
import { Badge, Empty } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";

export function NodesTable({ nodes }: { nodes: readonly PlatformNode[] }) {
  if (nodes.length === 0) {
    return (
      <Empty icon={Server} title="No nodes">
        A node appears when its agent reports for the first time.
      </Empty>
    );
  }
  return (
    <Table label="Nodes">
      <thead>
        <tr>
          <Th>Node</Th>
          <Th>State</Th>
          <Th>Live stream</Th>
          <Th>Agent</Th>
          <Th end>CPUs</Th>
          <Th end>Memory</Th>
          <Th end>Hugepages free</Th>
          <Th end>Virtual functions</Th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <Tr key={node.name}>
            <Td className="font-medium">{node.name}</Td>
            <Td>
              <span title={node.conditions.map(({ type, message }) => `${type}: ${message}`).join("\n")}>
                <Badge tone={node.ready ? "ok" : "bad"} dot>
                  {node.ready ? "Ready" : "Not ready"}
                </Badge>
              </span>
            </Td>
            <Td>
              <Badge tone={node.stream?.connected ? "ok" : "warn"} dot>
                {node.stream?.connected ? "Connected" : "Away"}
              </Badge>
            </Td>
            <Td className="font-mono text-xs">{node.agentAddress ?? "–"}</Td>
            <Td end>{formatCount(node.cpus)}</Td>
            <Td end>{formatBytes(node.memoryBytes)}</Td>
            <Td end>{formatCount(node.hugepagesFree)}</Td>
            <Td end>{formatCount(node.virtualFunctions)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
