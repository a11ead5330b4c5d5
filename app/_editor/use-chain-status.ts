// SPDX-License-Identifier: Apache-2.0
"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect } from "react";
import type { ChainStatus } from "@/server/chains/types.ts";
import { leaveWhenSignedOut, useTRPC } from "../_trpc/client.tsx";

/** The chain's status as it changes; null before the first answer. Keeps the chain's own record fresh along the way. */
export function useChainStatus(tenant: string, chain: string): ChainStatus | null {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const options = trpc.chains.watchStatus.subscriptionOptions(
    { tenant, chain },
    { onError: leaveWhenSignedOut },
  );
  const status = useSubscription(options).data ?? null;
  const published = status?.publishedRevision ?? null;
  const chainKey = trpc.chains.get.queryKey({ tenant, chain });
  const revisionsKey = trpc.chains.revisions.queryKey({ tenant, chain });

  // Somebody else's publish shows here first.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the keys say the same as tenant and chain.
  useEffect(() => {
    if (published === null) return;
    void queries.invalidateQueries({ queryKey: chainKey });
    void queries.invalidateQueries({ queryKey: revisionsKey });
  }, [queries, published, tenant, chain]);
  return status;
}
