// SPDX-License-Identifier: Apache-2.0
import { formatCount, formatCpu } from "@nfaas/domain";
import { Container } from "lucide-react";
import type { PlatformPod } from "@/server/platform/types.ts";
import { Badge, Empty } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";

export function PodsTable({ pods }: { pods: readonly PlatformPod[] }) {
  if (pods.length === 0) {
    return (
      <Empty icon={Container} title="No pods">
        Pods come with the first Gateway or FunctionSet.
      </Empty>
    );
  }
  return (
    <Table label="Pods">
      <thead>
        <tr>
          <Th>Pod</Th>
          <Th>State</Th>
          <Th>Function</Th>
          <Th>Node</Th>
          <Th>Fabric address</Th>
          <Th end>Restarts</Th>
          <Th end>I/O CPU</Th>
          <Th end>Tenants’ CPU</Th>
          <Th end>Flows</Th>
          <Th>Shared with</Th>
          <Th end>Malformed</Th>
        </tr>
      </thead>
      <tbody>
        {pods.map((pod) => (
          <Tr key={pod.name}>
            <Td className="whitespace-nowrap font-medium">{pod.name}</Td>
            <Td>
              <PodState pod={pod} />
            </Td>
            <Td>{pod.function}</Td>
            <Td className="text-ink-soft">{pod.node}</Td>
            <Td className="font-mono text-xs">{pod.fabricAddress || "–"}</Td>
            <Td end className={pod.restarts > 0 ? "text-warn" : ""}>
              {pod.restarts}
            </Td>
            <Td end>{formatCpu(pod.ioCpuCores)}</Td>
            <Td end>
              <TenantsCpu pod={pod} />
            </Td>
            <Td end>{formatCount(sum(pod.tenants.map(({ flows }) => flows)))}</Td>
            <Td className="whitespace-nowrap">
              <Sharing pod={pod} />
            </Td>
            <Td end>{formatCount(pod.malformedPackets)}</Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

/** A pod that leaves its neighbours' probes unanswered carries nothing, whatever it says of itself. */
function PodState({ pod: { ready, unansweredBy, drain } }: { pod: PlatformPod }) {
  if (unansweredBy.length > 0)
    return (
      <span title={`Leaves probes of ${unansweredBy.join(", ")} unanswered`}>
        <Badge tone="bad" dot>
          Silent
        </Badge>
      </span>
    );
  if (drain !== null)
    return (
      <span title={drainTitles[drain]}>
        <Badge tone="warn" dot>
          Draining
        </Badge>
      </span>
    );
  return (
    <Badge tone={ready ? "ok" : "bad"} dot>
      {ready ? "Ready" : "Not ready"}
    </Badge>
  );
}

const drainTitles: Record<NonNullable<PlatformPod["drain"]>, string> = {
  "new-flows": "It gets no new flows; those it has are taken over, or end",
  flows: "No flow depends on it any more",
  packets: "It gets no packets any more",
};

/** How old what it knows of the others' flows is, the worst of them; each member as the title. */
function Sharing({ pod: { sharing } }: { pod: PlatformPod }) {
  if (sharing === null) return <span className="text-ink-soft">–</span>;
  const { members, synced } = sharing;
  const heard = members.filter(({ connected }) => connected);
  const lag = heard.length === 0 ? null : Math.max(...heard.map(({ lagMs }) => lagMs));
  const isWell = synced && heard.length === members.length;
  const title = members.map(
    ({ pod, connected, lagMs }) => `${pod}: ${connected ? "" : "not heard, "}${formatLag(lagMs)} behind`,
  );
  return (
    <span title={title.join("\n")} className={isWell ? "" : "text-warn"}>
      {synced ? `${heard.length} of ${members.length}` : "Taking over"}
      {lag === null ? "" : `, ${formatLag(lag)} behind`}
    </span>
  );
}

const formatLag = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** The sum, with each tenant's part as the title. */
function TenantsCpu({ pod }: { pod: PlatformPod }) {
  const parts = pod.tenants.map(
    ({ tenant, cpuCores, sharedWorker, queueDepth, queueCapacity, buffers, bufferQuota }) =>
      `${tenant}: ${formatCpu(cpuCores)}${sharedWorker ? " of a shared worker" : ""}, queue ${queueDepth} of ${queueCapacity}, buffers ${buffers} of ${bufferQuota}`,
  );
  return <span title={parts.join("\n")}>{formatCpu(sum(pod.tenants.map(({ cpuCores }) => cpuCores)))}</span>;
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
