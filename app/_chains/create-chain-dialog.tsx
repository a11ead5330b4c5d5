// SPDX-License-Identifier: Apache-2.0
"use client";
import { isName, toName } from "@nfaas/domain";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button } from "../_kit/button.tsx";
import { Dialog, DialogActions } from "../_kit/dialog.tsx";
import { Field, Input } from "../_kit/field.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";

interface CreateChainDialogProps {
  tenant: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function CreateChainDialog({ tenant, open, onOpenChange }: CreateChainDialogProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="New chain"
      description="It starts empty and carries no packets until you publish it."
    >
      <CreateChainForm tenant={tenant} onCancel={() => onOpenChange(false)} />
    </Dialog>
  );
}

function CreateChainForm({ tenant, onCancel }: { tenant: string; onCancel: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const [title, setTitle] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const name = chosen ?? (title ? toName(title) : "");
  const wrong = name !== "" && !isName(name) ? "Lower-case letters, digits and dashes, at most 63." : null;
  const create = useMutation(
    trpc.chains.create.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: trpc.chains.list.queryKey({ tenant }) });
        router.push(`/t/${tenant}/chains/${name}`);
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isName(name))
      create.mutate({ tenant, chain: name, ...(title.trim() ? { title: title.trim() } : {}) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field label="Title" hint="For people: “Web shop, Frankfurt”.">
        {(ids) => (
          <Input
            {...ids}
            autoFocus
            maxLength={120}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Name"
        hint="For machines: the name of the ServiceChain object. It can’t be changed later."
        error={wrong ?? (create.error ? errorOf(create.error).message : null)}
      >
        {(ids) => (
          <Input
            {...ids}
            required
            spellCheck={false}
            autoComplete="off"
            className="font-mono"
            wrong={wrong !== null || create.isError}
            value={name}
            onChange={(event) => setChosen(event.target.value)}
          />
        )}
      </Field>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look="primary" disabled={name === "" || wrong !== null || create.isPending}>
          {create.isPending ? "Creating…" : "Create chain"}
        </Button>
      </DialogActions>
    </form>
  );
}
