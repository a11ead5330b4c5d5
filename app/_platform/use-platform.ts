// SPDX-License-Identifier: Apache-2.0
"use client";
import { useSubscription } from "@trpc/tanstack-react-query";
import type { PlatformOverview } from "@/server/platform/types.ts";
import { leaveWhenSignedOut, useTRPC } from "../_trpc/client.tsx";

export interface PlatformFeed {
  overview: PlatformOverview | null;
  connection: "connecting" | "open" | "reconnecting";
}

export function usePlatform(): PlatformFeed {
  const trpc = useTRPC();
  const { data, status } = useSubscription(
    trpc.platform.watch.subscriptionOptions(undefined, { onError: leaveWhenSignedOut }),
  );
  const overview = data ?? null;
  return { overview, connection: status === "pending" ? "open" : overview ? "reconnecting" : "connecting" };
}
