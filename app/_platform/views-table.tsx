// SPDX-License-Identifier: Apache-2.0
import { formatCount } from "@nfaas/domain";
import { Layers } from "lucide-react";
import type { PlatformView, ViewState } from "@/server/platform/types.ts";
import { Badge, Empty, type Tone } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";

const tones: Record<ViewState, Tone> = {
  programming: "accent",
  programmed: "accent",
  active: "ok",
  draining: "warn",
  deleting: "neutral",
};

/** Every view with its conservation sum: what came into it and hasn't left, gone on or been dropped is in flight. */
export function ViewsTable({ views }: { views: readonly PlatformView[] }) {
  if (views.length === 0) {
    return (
      <Empty icon={Layers} title="No views">
        A view appears when a tenant publishes a chain.
      </Empty>
    );
  }
  return (
    <Table label="Views">
      <thead>
        <tr>
          <Th>View</Th>
          <Th>State</Th>
          <Th end>View id</Th>
          <Th end>Revision</Th>
          <Th end>Weight</Th>
          <Th end>Programmed</Th>
          <Th end>Injected</Th>
          <Th end>Left</Th>
          <Th end>Dropped</Th>
          <Th end>In flight</Th>
        </tr>
      </thead>
      <tbody>
        {views.map((view) => (
          <Tr key={view.view}>
            <Td>
              <span className="font-medium">
                {view.tenant} / {view.chain}
              </span>
              <span className="block font-mono text-2xs text-ink-muted">{view.view.split("/").at(-1)}</span>
              {view.message && (
                <span className="block max-w-md text-pretty text-2xs text-warn">{view.message}</span>
              )}
            </Td>
            <Td>
              <Badge tone={tones[view.state]} dot>
                {view.state}
              </Badge>
            </Td>
            <Td end>{view.viewId}</Td>
            <Td end>{view.revision}</Td>
            <Td end>{view.weight} %</Td>
            <Td end>
              {view.programmedPods} / {view.pods}
            </Td>
            <Td end>{formatCount(view.injected)}</Td>
            <Td end>{formatCount(view.left)}</Td>
            <Td end>{formatCount(view.dropped)}</Td>
            <Td end className="font-medium">
              {formatCount(view.inFlight)}
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
