// SPDX-License-Identifier: Apache-2.0
"use client";
import type { ChainGraph } from "@nfaas/domain";
import { useQuery } from "@tanstack/react-query";
import { ClipboardCopy } from "lucide-react";
import { Tabs } from "radix-ui";
import { toast } from "sonner";
import type { ChainPreview } from "@/server/chains/types.ts";
import { Button } from "../_kit/button.tsx";
import { Dialog } from "../_kit/dialog.tsx";
import { Skeleton } from "../_kit/surface.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";
import { countChanges, DiffView } from "./diff-view.tsx";

interface PreviewDialogProps {
  tenant: string;
  chain: string;
  graph: ChainGraph;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function PreviewDialog({ open, onOpenChange, ...rest }: PreviewDialogProps) {
  return (
    <Dialog
      wide
      open={open}
      onOpenChange={onOpenChange}
      title="YAML preview"
      description="The ServiceChain object that publishing would apply to Kubernetes."
    >
      <Preview {...rest} />
    </Dialog>
  );
}

function Preview({ tenant, chain, graph }: Pick<PreviewDialogProps, "tenant" | "chain" | "graph">) {
  const trpc = useTRPC();
  const { data, error } = useQuery(
    trpc.chains.preview.queryOptions({ tenant, chain, graph }, { staleTime: 0, gcTime: 0 }),
  );
  if (error) return <p className="text-bad text-sm">{errorOf(error).message}</p>;
  if (!data) return <Skeleton className="h-72 w-full" />;
  if (data.yaml === null) {
    return (
      <p className="text-ink-soft text-sm">
        The chain has errors; mend them to see its YAML. The Problems panel lists them.
      </p>
    );
  }
  return <PreviewTabs preview={data} yaml={data.yaml} />;
}

const tab =
  "h-7 rounded-md px-2.5 font-medium text-ink-muted text-xs hover:text-ink data-[state=active]:bg-sunken data-[state=active]:text-ink";

function PreviewTabs({ preview, yaml }: { preview: ChainPreview; yaml: string }) {
  const { added, removed } = countChanges(preview.diff);
  const copy = async () => {
    await navigator.clipboard.writeText(yaml);
    toast.success("YAML copied");
  };
  return (
    <Tabs.Root defaultValue="diff">
      <div className="mb-3 flex items-center justify-between">
        <Tabs.List aria-label="Preview" className="flex gap-1">
          <Tabs.Trigger value="diff" className={tab}>
            Changes{" "}
            <span className="figures">
              <span className="text-ok">+{added}</span> <span className="text-bad">−{removed}</span>
            </span>
          </Tabs.Trigger>
          <Tabs.Trigger value="yaml" className={tab}>
            YAML
          </Tabs.Trigger>
        </Tabs.List>
        <Button size="sm" icon={ClipboardCopy} onClick={copy}>
          Copy YAML
        </Button>
      </div>
      <Tabs.Content value="diff">
        <DiffView lines={preview.diff} />
      </Tabs.Content>
      <Tabs.Content value="yaml">
        <pre className="overflow-x-auto rounded-lg border border-line bg-canvas p-3 font-mono text-xs leading-5">
          {yaml}
        </pre>
      </Tabs.Content>
    </Tabs.Root>
  );
}
