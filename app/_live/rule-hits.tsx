// SPDX-License-Identifier: Apache-2.0
import { asFirewallConfig, type ChainGraph, formatCount, formatPacketRate } from "@nfaas/domain";
import { ListChecks } from "lucide-react";
import type { LiveRule } from "@/server/telemetry/types.ts";
import { Badge, Empty } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";

/** Every firewall rule of the graph in its order, with what it takes now; a rule nothing hits stays in the list. */
export function RuleHits({ graph, rules }: { graph: ChainGraph | null; rules: readonly LiveRule[] }) {
  const rows = graph ? ruleRows(graph) : [];
  if (rows.length === 0) {
    return (
      <Empty icon={ListChecks} title="No rules">
        This chain has no firewall with rules.
      </Empty>
    );
  }
  return (
    <Table label="Rule hits">
      <thead>
        <tr>
          <Th>Rule</Th>
          <Th end>Now</Th>
          <Th end>Packets</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ node, name, action }) => {
          const hits = rules.find((rule) => rule.node === node && rule.rule === name);
          return (
            <Tr key={`${node}/${name}`}>
              <Td>
                <span className="flex items-center gap-2">
                  <Badge tone={action === "allow" ? "ok" : "bad"}>{action}</Badge>
                  <span className="truncate font-mono text-xs">{name}</span>
                </span>
              </Td>
              <Td end>{formatPacketRate(hits?.packetsPerSecond ?? 0)}</Td>
              <Td end>{formatCount(hits?.packets ?? 0)}</Td>
            </Tr>
          );
        })}
      </tbody>
    </Table>
  );
}

function ruleRows(graph: ChainGraph) {
  return graph.nodes.flatMap((node) =>
    node.kind === "function" && node.function === "firewall"
      ? asFirewallConfig(node.config).rules.map(({ name, action }) => ({ node: node.name, name, action }))
      : [],
  );
}
