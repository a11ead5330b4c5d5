// SPDX-License-Identifier: Apache-2.0
"use client";
import { Activity } from "lucide-react";
import { Button } from "../_kit/button.tsx";

/** Says why a live chain's drawing shows no figures, and where they are. */
export function FiguresHint({ liveRevision, onShow }: { liveRevision: number; onShow: () => void }) {
  return (
    <Button
      size="sm"
      icon={Activity}
      onClick={onShow}
      title="The draft differs from what runs, so the figures aren’t its own."
    >
      Show running revision {liveRevision}
    </Button>
  );
}
