// SPDX-License-Identifier: Apache-2.0
"use client";
import type { ChainGraph, Issue, Rollout } from "@nfaas/domain";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Rocket } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../_kit/button.tsx";
import { Dialog, DialogActions } from "../_kit/dialog.tsx";
import { Field, Input } from "../_kit/field.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";
import { countChanges } from "./diff-view.tsx";
import { RolloutFields } from "./rollout-fields.tsx";

interface PublishDialogProps {
  tenant: string;
  chain: string;
  graph: ChainGraph;
  warnings: readonly Issue[];
  /** As deployed, for a graph that says nothing of it. */
  deployed: Rollout | null;
  onRollout: (rollout: Rollout) => void;
  /** Saves the draft and gives its version; null when it can't be saved. */
  flush: () => Promise<number | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function PublishDialog({ open, onOpenChange, ...rest }: PublishDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Publish ${rest.chain}`}
      description="New packets take the new path at once when every pod is ready; until then nothing changes."
    >
      <PublishForm {...rest} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

type PublishFormProps = Omit<PublishDialogProps, "open" | "onOpenChange"> & { onDone: () => void };

function PublishForm(props: PublishFormProps) {
  const { tenant, chain, graph, warnings, deployed, onRollout, flush, onDone } = props;
  const [valid, setValid] = useState(true);
  const [message, setMessage] = useState("");
  const publish = usePublish(tenant, chain, flush, onDone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    publish.mutate(message.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <ChangeSummary tenant={tenant} chain={chain} graph={graph} />
      {warnings.length > 0 && (
        <ul className="flex flex-col gap-1 rounded-md bg-warn-soft px-3 py-2 text-warn text-xs">
          {warnings.slice(0, 4).map((issue) => (
            <li key={issue.code + issue.path}>{issue.message}</li>
          ))}
          {warnings.length > 4 && <li>… and {warnings.length - 4} more</li>}
        </ul>
      )}
      <Field label="Message" hint="Optional: why, for whoever reads the revisions later.">
        {(ids) => (
          <Input
            {...ids}
            autoFocus
            maxLength={500}
            value={message}
            onChange={(event) => setMessage(event.target.value)}
          />
        )}
      </Field>
      <RolloutFields rollout={graph.rollout ?? deployed ?? {}} onChange={onRollout} onValid={setValid} />
      {publish.error && (
        <p role="alert" className="text-bad text-sm">
          {publish.error instanceof DraftNotSaved ? publish.error.message : errorOf(publish.error).message}
        </p>
      )}
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="primary" icon={Rocket} disabled={publish.isPending || !valid}>
          {publish.isPending ? "Publishing…" : "Publish"}
        </Button>
      </DialogActions>
    </form>
  );
}

class DraftNotSaved extends Error {
  constructor() {
    super("The draft couldn’t be saved, so it can’t be published; see the note beside the title.");
  }
}

/** Saves, then publishes exactly the version that was saved: what is on screen is what goes live. */
function usePublish(tenant: string, chain: string, flush: () => Promise<number | null>, onDone: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const publish = useMutation(trpc.chains.publish.mutationOptions());
  return useMutation({
    mutationFn: async (message: string) => {
      const version = await flush();
      if (version === null) throw new DraftNotSaved();
      return publish.mutateAsync({ tenant, chain, version, ...(message ? { message } : {}) });
    },
    onSuccess: async () => {
      onDone();
      await queries.invalidateQueries({ queryKey: trpc.chains.get.queryKey({ tenant, chain }) });
      await queries.invalidateQueries({ queryKey: trpc.chains.revisions.queryKey({ tenant, chain }) });
    },
  });
}

function ChangeSummary({ tenant, chain, graph }: { tenant: string; chain: string; graph: ChainGraph }) {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.chains.preview.queryOptions(
      { tenant, chain, graph },
      { staleTime: 0, gcTime: 0, placeholderData: keepPreviousData },
    ),
  );
  if (!data) return <p className="text-ink-muted text-sm">Comparing with what runs…</p>;
  const { added, removed } = countChanges(data.diff);
  if (added + removed === 0) {
    return (
      <p className="text-ink-soft text-sm">
        Nothing differs from what runs; publishing makes a new view of the same graph.
      </p>
    );
  }
  return (
    <p className="text-ink-soft text-sm">
      Changes to what runs: <span className="figures font-medium text-ok">{added} added</span>,{" "}
      <span className="figures font-medium text-bad">{removed} removed</span> lines of YAML.
    </p>
  );
}
