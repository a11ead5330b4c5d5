// SPDX-License-Identifier: Apache-2.0
"use client";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createTRPCContext } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import type { AppRouter } from "@/server/api/router.ts";
import { activityHeaders } from "./background.ts";
import { errorOf } from "./errors.ts";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

const url = "/api/trpc";

/** A graph doesn't fit into a URL, so queries are sent by POST as well. */
function createClient() {
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === "subscription",
        true: httpSubscriptionLink({ url }),
        false: httpBatchLink({
          url,
          methodOverride: "POST",
          headers: ({ opList }) => activityHeaders(opList),
        }),
      }),
    ],
  });
}

function createQueryClient() {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) => failures < 3 && errorOf(error).temporary,
      },
      mutations: { onError: leaveWhenSignedOut },
    },
  });
}

/** The session ended under an open page: sign in, then come back to the same place. */
export function leaveWhenSignedOut(error: unknown): void {
  if (errorOf(error).code !== "SIGNED_OUT") return;
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?reason=SIGNED_OUT&next=${encodeURIComponent(here)}`);
}

export function DataProvider({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  const [trpcClient] = useState(createClient);
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={trpcClient} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
