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
          <Th end>Share</Th>
          <Th end>Programmed</Th>
          <Th end>In</Th>
          <Th end>Out</Th>
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
              {view.state === "draining" && <WaitsFor view={view} />}
            </Td>
            <Td end>{view.viewId}</Td>
            <Td end>{view.revision}</Td>
            <Td end>{view.share === null ? "–" : `${view.share} %`}</Td>
            <Td end>
              {view.programmedPods} / {view.pods}
            </Td>
            <Td end>{formatCount(view.in)}</Td>
            <Td end>{formatCount(view.out)}</Td>
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

/** What a view that drains has still to get rid of: the flows it keeps, then its last packets. */
function WaitsFor({ view: { keptFlows, inFlight } }: { view: PlatformView }) {
  const what =
    keptFlows !== null && keptFlows > 0
      ? count(keptFlows, "flow")
      : inFlight !== null && inFlight > 0
        ? count(inFlight, "packet")
        : null;
  if (what === null) return null;
  return <span className="block whitespace-nowrap text-2xs text-ink-soft">{what} left</span>;
}

const count = (of: number, noun: string): string => `${formatCount(of)} ${noun}${of === 1 ? "" : "s"}`;
