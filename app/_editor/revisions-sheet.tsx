// SPDX-License-Identifier: Apache-2.0
"use client";
import { useQuery } from "@tanstack/react-query";
import { Eye, History, RotateCcw } from "lucide-react";
import type { Revision } from "@/server/chains/types.ts";
import { Button } from "../_kit/button.tsx";
import { classes } from "../_kit/classes.ts";
import { Sheet } from "../_kit/dialog.tsx";
import { Badge, Empty, Skeleton } from "../_kit/surface.tsx";
import { Ago } from "../_kit/time.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";

interface RevisionsSheetProps {
  tenant: string;
  chain: string;
  liveRevision: number | null;
  /** The revision on the canvas; null = the draft. */
  shown: number | null;
  mayEdit: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onShow: (revision: number | null) => void;
  onRollBack: (revision: Revision) => void;
}

export function RevisionsSheet({ open, onOpenChange, ...rest }: RevisionsSheetProps) {
  return (
    <Sheet
      open={open}
      onOpenChange={onOpenChange}
      title="Revisions"
      description="Every publish is kept as it was. Rolling back publishes an older one again."
    >
      <RevisionList {...rest} />
    </Sheet>
  );
}

function RevisionList(props: Omit<RevisionsSheetProps, "open" | "onOpenChange">) {
  const trpc = useTRPC();
  const { tenant, chain } = props;
  const { data, error } = useQuery(trpc.chains.revisions.queryOptions({ tenant, chain }, { staleTime: 0 }));
  if (error) return <p className="text-bad text-sm">{errorOf(error).message}</p>;
  if (!data) return <Skeleton className="h-40 w-full" />;
  if (data.length === 0) {
    return (
      <Empty icon={History} title="Not published yet">
        The first publish makes revision 1.
      </Empty>
    );
  }
  return (
    <ol className="flex flex-col gap-2">
      {data.map((revision, index) => (
        <RevisionCard key={revision.number} revision={revision} newest={index === 0} {...props} />
      ))}
    </ol>
  );
}

type RevisionCardProps = Omit<RevisionsSheetProps, "open" | "onOpenChange"> & {
  revision: Revision;
  newest: boolean;
};

function RevisionCard({
  revision,
  newest,
  liveRevision,
  shown,
  mayEdit,
  onShow,
  onRollBack,
}: RevisionCardProps) {
  const { number, message, author, createdAt, rolledBackFrom } = revision;
  const current = shown === number;
  return (
    <li
      aria-label={`Revision ${number}`}
      className={classes("rounded-lg border p-3", current ? "border-accent bg-accent-soft" : "border-line")}
    >
      <div className="flex items-center gap-2">
        <span className="figures font-semibold text-sm">Revision {number}</span>
        {liveRevision === number && (
          <Badge tone="ok" dot>
            Live
          </Badge>
        )}
        <span className="ml-auto text-ink-muted text-xs">
          <Ago time={createdAt} />
        </span>
      </div>
      <p className="mt-1 text-pretty text-ink-soft text-xs">
        {message ?? (rolledBackFrom === null ? "No message" : `Roll back to revision ${rolledBackFrom}`)}
      </p>
      <p className="text-2xs text-ink-muted">by {author}</p>
      <div className="mt-2 flex gap-1.5">
        <Button
          size="sm"
          icon={Eye}
          aria-label={current ? "Back to draft" : `View revision ${number}`}
          onClick={() => onShow(current ? null : number)}
        >
          {current ? "Back to draft" : "View"}
        </Button>
        {mayEdit && !newest && (
          <Button size="sm" icon={RotateCcw} onClick={() => onRollBack(revision)}>
            Roll back
          </Button>
        )}
      </div>
    </li>
  );
}
