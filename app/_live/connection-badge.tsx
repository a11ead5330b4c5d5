// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatDuration } from "@nfaas/domain";
import type { LiveSourceState } from "@/server/telemetry/types.ts";
import { Badge } from "../_kit/surface.tsx";
import { Tip } from "../_kit/tip.tsx";
import { useNow } from "../_kit/use-now.ts";

/** Older than this a figure no longer counts as live; the product promises 2 s, so this is the promise and some slack. */
const staleMs = 5_000;

interface ConnectionBadgeProps {
  connection: "off" | "connecting" | "open" | "reconnecting";
  time: number | null;
  sources: LiveSourceState[];
}

/** Whether what is on screen is live, and how old it is. */
export function ConnectionBadge({ connection, time, sources }: ConnectionBadgeProps) {
  const now = useNow();
  if (connection === "off") return null;
  const age = now !== null && time !== null ? Math.max(0, now - time) : null;
  const { tone, text } = judge(connection, age);
  const away = sources.filter((source) => !source.connected).map((source) => source.node);
  const detail = away.length > 0 ? `No stream from ${away.join(", ")}` : "Every node’s stream is connected";
  return (
    <Tip label={detail}>
      <button type="button" className="rounded-full" aria-label={`Live figures: ${text}. ${detail}`}>
        <Badge tone={away.length > 0 && tone === "ok" ? "warn" : tone} dot>
          <span className="figures">{text}</span>
        </Badge>
      </button>
    </Tip>
  );
}

function judge(connection: string, age: number | null): { tone: "ok" | "warn" | "neutral"; text: string } {
  if (connection === "connecting") return { tone: "neutral", text: "Connecting" };
  const old = age === null ? "" : ` · ${formatDuration(age)} old`;
  if (connection === "reconnecting") return { tone: "warn", text: `Reconnecting${old}` };
  if (age === null) return { tone: "neutral", text: "Waiting for figures" };
  return age > staleMs
    ? { tone: "warn", text: `Stale${old}` }
    : { tone: "ok", text: age < 100 ? "Updated now" : `Updated ${(age / 1000).toFixed(1)} s ago` };
}
