// SPDX-License-Identifier: Apache-2.0
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { Button } from "../_kit/button.tsx";
import { Dialog, DialogActions } from "../_kit/dialog.tsx";
import { Field, Input } from "../_kit/field.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { toastError } from "../_trpc/toast-error.ts";

interface DeleteChainDialogProps {
  tenant: string;
  chain: string;
  live: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted?: () => void;
}

/** Deleting takes the traffic's path away, so the name must be typed. */
export function DeleteChainDialog({
  tenant,
  chain,
  live,
  open,
  onOpenChange,
  onDeleted,
}: DeleteChainDialogProps) {
  const description = live
    ? "It carries traffic now. When it is gone, packets of its attachments have no path and are dropped."
    : "Its draft is gone for good. Revisions and audit events stay on record.";
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={`Delete ${chain}?`} description={description}>
      <DeleteForm tenant={tenant} chain={chain} onDone={() => onOpenChange(false)} onDeleted={onDeleted} />
    </Dialog>
  );
}

interface DeleteFormProps {
  tenant: string;
  chain: string;
  onDone: () => void;
  onDeleted: (() => void) | undefined;
}

function DeleteForm({ tenant, chain, onDone, onDeleted }: DeleteFormProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const remove = useMutation(
    trpc.chains.delete.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.chains.list.queryKey({ tenant }) });
        toast.success(`${chain} is deleted`);
        onDone();
        onDeleted?.();
      },
      onError: (error) => toastError(`${chain} was not deleted`, error),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === chain) remove.mutate({ tenant, chain });
  };
  return (
    <form onSubmit={submit}>
      <Field label={`Type “${chain}” to confirm`}>
        {(ids) => (
          <Input
            {...ids}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            className="font-mono"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </Field>
      <DialogActions>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" look="danger" disabled={typed !== chain || remove.isPending}>
          {remove.isPending ? "Deleting…" : "Delete chain"}
        </Button>
      </DialogActions>
    </form>
  );
}
