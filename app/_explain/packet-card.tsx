// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatCount } from "@nfaas/domain";
import type { ExplainedPacket, ExplainHop, ExplainOutcome } from "@/server/explain/types.ts";
import { classes } from "../_kit/classes.ts";
import { Badge, type Tone } from "../_kit/surface.tsx";
import { ruleText, verdictText } from "./hop-text.ts";

const outcomes: Record<ExplainOutcome, { tone: Tone; text: string }> = {
  left: { tone: "ok", text: "Left" },
  dropped: { tone: "bad", text: "Dropped" },
  unknown: { tone: "warn", text: "End not seen" },
};

interface PacketCardProps {
  packet: ExplainedPacket;
  number: number;
  /** On the drawing. */
  shown: boolean;
  onShow: () => void;
}

/** One packet, hop by hop. */
export function PacketCard({ packet, number, shown, onShow }: PacketCardProps) {
  const { direction, chain, revision, outcome, hops } = packet;
  const { tone, text } = outcomes[outcome];
  const where = chain === null ? "no chain" : `${chain}, revision ${revision}`;
  return (
    <li
      aria-label={`Packet ${number}`}
      className={classes("rounded-lg border", shown ? "border-accent" : "border-line")}
    >
      <button
        type="button"
        aria-pressed={shown}
        onClick={onShow}
        className="flex w-full items-center gap-2 rounded-t-lg px-3 py-1.5 text-left text-xs hover:bg-hover"
      >
        <span className="font-semibold">Packet {number}</span>
        {direction && (
          <span className={direction === "forward" ? "text-forward" : "text-reverse"}>{direction}</span>
        )}
        <span className="text-ink-muted">{where}</span>
        <span className="ml-auto">
          <Badge tone={tone} dot>
            {text}
          </Badge>
        </span>
      </button>
      <ol className="border-line border-t px-3 py-1.5">
        {hops.map((hop) => (
          <Hop
            key={`${hop.ttl} ${hop.pod} ${hop.node} ${hop.verdict}`}
            hop={hop}
            elsewhere={hop.chain === packet.chain ? null : hop.chain}
          />
        ))}
      </ol>
    </li>
  );
}

/** `elsewhere`: the chain it was in, when that isn't the packet's own. */
function Hop({ hop, elsewhere }: { hop: ExplainHop; elsewhere: string | null }) {
  const rule = ruleText(hop);
  const waited = `${(hop.waitedNs / 1000).toFixed(hop.waitedNs < 10_000 ? 1 : 0)} µs`;
  return (
    <li className="flex items-baseline gap-3 py-1 text-xs">
      <span className="w-28 shrink-0 truncate font-medium" title={hop.pod}>
        {hop.node || "–"}
        {elsewhere !== null && <span className="text-ink-muted"> in {elsewhere}</span>}
        <span className="block truncate text-2xs text-ink-muted">{hop.pod}</span>
      </span>
      <span className="min-w-0 flex-1">
        {rule && <span className="text-ink-soft">{rule}. </span>}
        <span className={hop.verdict === "dropped" ? "text-bad" : undefined}>{verdictText(hop)}</span>
      </span>
      <span className="figures shrink-0 text-right text-2xs text-ink-muted">
        {hop.cycles > 0 && <span className="block">{formatCount(hop.cycles)} cycles</span>}
        {hop.waitedNs > 0 && <span className="block">waited {waited}</span>}
      </span>
    </li>
  );
}
