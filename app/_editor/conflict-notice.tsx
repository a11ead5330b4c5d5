// SPDX-License-Identifier: Apache-2.0
"use client";
import { GitMerge } from "lucide-react";
import type { Draft } from "@/server/chains/types.ts";
import { Button } from "../_kit/button.tsx";
import { Notice } from "../_kit/surface.tsx";
import { Ago } from "../_kit/time.tsx";

interface ConflictNoticeProps {
  theirs: Draft;
  onMine: () => void;
  onTheirs: () => void;
}

export function ConflictNotice({ theirs, onMine, onTheirs }: ConflictNoticeProps) {
  return (
    <div className="border-line border-b bg-surface p-2">
      <Notice
        tone="warn"
        icon={GitMerge}
        actions={
          <span className="flex gap-2">
            <Button size="sm" onClick={onTheirs}>
              Load theirs
            </Button>
            <Button size="sm" onClick={onMine}>
              Keep mine
            </Button>
          </span>
        }
      >
        {theirs.updatedBy} saved another draft <Ago time={theirs.updatedAt} />. Nothing is saved until you
        choose one.
      </Notice>
    </div>
  );
}
