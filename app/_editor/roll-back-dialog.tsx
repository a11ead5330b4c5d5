// SPDX-License-Identifier: Apache-2.0
"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { Button } from "../_kit/button.tsx";
import { Dialog, DialogActions } from "../_kit/dialog.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { toastError } from "../_trpc/toast-error.ts";

interface RollBackDialogProps {
  tenant: string;
  chain: string;
  /** Null = closed. */
  revision: number | null;
  onClose: () => void;
  onDone: () => void;
}

export function RollBackDialog({ tenant, chain, revision, onClose, onDone }: RollBackDialogProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const rollBack = useMutation(
    trpc.chains.rollback.mutationOptions({
      onSuccess: async () => {
        onDone();
        await queries.invalidateQueries({ queryKey: trpc.chains.get.queryKey({ tenant, chain }) });
        await queries.invalidateQueries({ queryKey: trpc.chains.revisions.queryKey({ tenant, chain }) });
      },
      onError: (error) => toastError("Nothing was rolled back", error),
    }),
  );
  return (
    <Dialog
      open={revision !== null}
      onOpenChange={(open) => !open && onClose()}
      title={`Roll back to revision ${revision}?`}
      description="Its graph is published again as a new revision, in the same safe steps as any publish. Your draft stays as it is."
    >
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          icon={RotateCcw}
          autoFocus
          disabled={rollBack.isPending}
          onClick={() => revision !== null && rollBack.mutate({ tenant, chain, revision })}
        >
          {rollBack.isPending ? "Rolling back…" : "Roll back"}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
