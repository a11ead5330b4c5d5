// SPDX-License-Identifier: Apache-2.0
"use client";
import { ChevronRight, CircleX, FileCode2, History, Rocket } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import type { ChainDetail, ChainStatus } from "@/server/chains/types.ts";
import { ChainStateBadge } from "../_chains/chain-state.tsx";
import { Button } from "../_kit/button.tsx";

interface EditorHeadProps {
  tenant: string;
  detail: ChainDetail;
  status: ChainStatus | null;
  /** Draft indicator and live badge. */
  notes: ReactNode;
  /** Null: the user may only look. */
  publish: { errors: number; onClick: () => void; onProblems: () => void } | null;
  onRevisions: () => void;
  onPreview: () => void;
}

export function EditorHead({
  tenant,
  detail,
  status,
  notes,
  publish,
  onRevisions,
  onPreview,
}: EditorHeadProps) {
  return (
    <header className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-line border-b bg-surface px-4 py-2">
      <nav aria-label="Breadcrumb" className="flex min-w-0 items-center gap-1.5 text-sm">
        <Link href={`/t/${tenant}/chains`} className="text-ink-muted hover:text-ink">
          Chains
        </Link>
        <ChevronRight aria-hidden className="size-3.5 text-ink-muted" />
        <h1 className="truncate font-semibold">{detail.title || detail.name}</h1>
      </nav>
      {status && <ChainStateBadge state={status.state} />}
      {notes}
      <div className="ml-auto flex items-center gap-2">
        <Button look="ghost" icon={FileCode2} onClick={onPreview}>
          YAML
        </Button>
        <Button look="ghost" icon={History} onClick={onRevisions}>
          Revisions
        </Button>
        {publish && publish.errors > 0 && (
          <Button look="warning" icon={CircleX} onClick={publish.onProblems}>
            {publish.errors === 1 ? "1 error" : `${publish.errors} errors`} to mend
          </Button>
        )}
        {publish && (
          <Button look="primary" icon={Rocket} disabled={publish.errors > 0} onClick={publish.onClick}>
            Publish
          </Button>
        )}
      </div>
    </header>
  );
}
