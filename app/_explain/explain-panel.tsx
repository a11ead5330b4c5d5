// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ExplainFlow, formatDuration } from "@nfaas/domain";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Radar, ScanSearch, TriangleAlert } from "lucide-react";
import { useState } from "react";
import type { Explanation } from "@/server/explain/types.ts";
import { Empty, Notice } from "../_kit/surface.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";
import { ExplainForm } from "./explain-form.tsx";
import { PacketCard } from "./packet-card.tsx";
import { type TracedPath, tracedPath } from "./traced-path.ts";

interface ExplainPanelProps {
  tenant: string;
  chain: string;
  /** The way of the packet that is looked at, for the drawing; null = none. */
  onTrace: (path: TracedPath | null) => void;
}

/** Asks what happens to the next packets of a flow, and shows each hop's decision on them. */
export function ExplainPanel({ tenant, chain, onTrace }: ExplainPanelProps) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const [shown, setShown] = useState<number | null>(null);
  const show = (explanation: Explanation, trace: number | null) => {
    setShown(trace);
    const packet = explanation.packets.find((one) => one.trace === trace);
    onTrace(packet ? tracedPath(packet, chain) : null);
  };
  const ask = useMutation({
    mutationFn: (asked: { flow: ExplainFlow; packets: number }) =>
      client.fetchQuery(
        trpc.explain.packets.queryOptions({ tenant, ...asked }, { staleTime: 0, gcTime: 0, retry: false }),
      ),
    onMutate: () => onTrace(null),
    onSuccess: (explanation) => show(explanation, explanation.packets[0]?.trace ?? null),
  });
  return (
    <div className="grid h-full grid-cols-[20rem_minmax(0,1fr)]">
      <ExplainForm busy={ask.isPending} onAsk={(asked) => ask.mutate(asked)} />
      <div className="overflow-y-auto border-line border-l p-3" aria-live="polite" aria-busy={ask.isPending}>
        {ask.error && (
          <Notice tone="bad" icon={TriangleAlert}>
            {errorOf(ask.error).message}
          </Notice>
        )}
        {ask.isIdle && (
          <Empty icon={ScanSearch} title="What happens to a packet?">
            Name a flow; its next packets tell what every hop decides on them, and light their way in the
            drawing.
          </Empty>
        )}
        {ask.isPending && <p className="p-3 text-ink-muted text-sm">Waiting for packets of the flow…</p>}
        {ask.data && (
          <Result explanation={ask.data} shown={shown} onShow={(trace) => show(ask.data, trace)} />
        )}
      </div>
    </div>
  );
}

interface ResultProps {
  explanation: Explanation;
  shown: number | null;
  /** Null: none any more. */
  onShow: (trace: number | null) => void;
}

function Result({ explanation: { packets, missingNodes, tookMs }, shown, onShow }: ResultProps) {
  return (
    <>
      <p data-testid="explain-took" data-ms={tookMs} className="figures mb-2 text-2xs text-ink-muted">
        {packets.length === 1 ? "1 packet" : `${packets.length} packets`} in {formatDuration(tookMs)}
      </p>
      {missingNodes.length > 0 && (
        <Notice tone="warn" icon={TriangleAlert}>
          No answer from {missingNodes.join(", ")}: hops there are missing.
        </Notice>
      )}
      {packets.length === 0 ? (
        <Empty icon={Radar} title="No such packet came">
          Nothing of this flow reached a gateway while it was watched. Send traffic, or ask for less.
        </Empty>
      ) : (
        <ol aria-label="Explained packets" className="flex flex-col gap-2">
          {packets.map((packet, index) => (
            <PacketCard
              key={packet.trace}
              packet={packet}
              number={index + 1}
              shown={packet.trace === shown}
              onShow={() => onShow(packet.trace === shown ? null : packet.trace)}
            />
          ))}
        </ol>
      )}
    </>
  );
}
