// SPDX-License-Identifier: Apache-2.0
import type { ChainState } from "@/server/chains/types.ts";
import { Badge, type Tone } from "../_kit/surface.tsx";

const looks: Record<ChainState, { tone: Tone; label: string }> = {
  draft: { tone: "neutral", label: "Draft" },
  publishing: { tone: "accent", label: "Publishing" },
  live: { tone: "ok", label: "Live" },
  failed: { tone: "bad", label: "Failed" },
  unknown: { tone: "warn", label: "Unknown" },
};

export function ChainStateBadge({ state }: { state: ChainState }) {
  const { tone, label } = looks[state];
  return (
    <Badge tone={tone} dot>
      {label}
    </Badge>
  );
}
