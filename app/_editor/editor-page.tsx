// SPDX-License-Identifier: Apache-2.0
"use client";
import { useQuery } from "@tanstack/react-query";
import { CloudOff, SearchX } from "lucide-react";
import { useMemo } from "react";
import { Button } from "../_kit/button.tsx";
import { Skeleton } from "../_kit/surface.tsx";
import { StatusPage } from "../_shell/status-page.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";
import { Editor } from "./editor.tsx";

/** Reads what the editor needs: the chain, and what a graph of this tenant may refer to. */
export function EditorPage({ tenant, chain }: { tenant: string; chain: string }) {
  const trpc = useTRPC();
  // The draft is read anew whenever the editor opens: a remembered one would have an old version.
  const detail = useQuery(
    trpc.chains.get.queryOptions({ tenant, chain }, { staleTime: Number.POSITIVE_INFINITY, gcTime: 0 }),
  );
  const attachments = useQuery(trpc.attachments.list.queryOptions({ tenant }));
  const functions = useQuery(trpc.catalogue.list.queryOptions({ tenant }));
  const chains = useQuery(trpc.chains.enterable.queryOptions({ tenant }));
  const catalogue = useMemo(
    () =>
      attachments.data && functions.data && chains.data
        ? {
            attachments: attachments.data,
            functions: functions.data,
            chains: chains.data.filter(({ name }) => name !== chain),
          }
        : null,
    [attachments.data, functions.data, chains.data, chain],
  );
  const failed = [detail, attachments, functions, chains].find((query) => query.error && !query.data);
  if (failed) {
    const retry = () => {
      for (const query of [detail, attachments, functions, chains]) void query.refetch();
    };
    return <Failure error={failed.error} retry={retry} />;
  }
  if (!detail.data || !catalogue) return <EditorSkeleton />;
  return <Editor tenant={tenant} detail={detail.data} catalogue={catalogue} />;
}

function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const { code, message } = errorOf(error);
  if (code === "NOT_FOUND") {
    return (
      <StatusPage icon={SearchX} title="There is no such chain">
        It may have been renamed or deleted. The list of chains shows what there is.
      </StatusPage>
    );
  }
  return (
    <StatusPage
      icon={CloudOff}
      title="The chain couldn’t be loaded"
      action={<Button onClick={retry}>Try again</Button>}
    >
      {message}
    </StatusPage>
  );
}

function EditorSkeleton() {
  return (
    <div aria-busy="true" className="flex h-full flex-col">
      <span className="sr-only">Loading the chain</span>
      <div className="flex h-13 items-center gap-4 border-line border-b bg-surface px-4">
        <Skeleton className="h-5 w-48" />
        <Skeleton className="ml-auto h-8 w-24" />
      </div>
      <div className="flex min-h-0 flex-1">
        <div className="flex w-44 flex-col gap-3 border-line border-r bg-surface p-3">
          <Skeleton className="h-10" />
          <Skeleton className="h-10" />
          <Skeleton className="h-10" />
        </div>
        <div className="grid flex-1 place-items-center">
          <Skeleton className="h-20 w-96" />
        </div>
      </div>
    </div>
  );
}
