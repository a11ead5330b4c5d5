// SPDX-License-Identifier: Apache-2.0
"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useReducer } from "react";
import type { LivePoint, LiveTenantFrame } from "@/server/telemetry/types.ts";
import { mergePoints } from "../_live/live-state.ts";
import { useTRPC } from "../_trpc/client.tsx";

type PointsByChain = Readonly<Record<string, LivePoint[]>>;

/** Collects each chain's points out of the tenant's frames, since this component began to watch. */
export function useChainPoints(frame: LiveTenantFrame | null): PointsByChain {
  const [points, add] = useReducer(addFrame, {});
  useEffect(() => {
    if (frame) add(frame);
  }, [frame]);
  return points;
}

/** The chain's last ten minutes: what the server remembers, then what came since. */
export function useChainHistory(tenant: string, chain: string, fresh: LivePoint[] | undefined): LivePoint[] {
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.live.history.queryOptions({ tenant, chain }, { staleTime: Number.POSITIVE_INFINITY, gcTime: 0 }),
  );
  return mergePoints(data ?? [], fresh ?? []);
}

function addFrame(known: PointsByChain, frame: LiveTenantFrame): PointsByChain {
  return Object.fromEntries(
    frame.chains.map((point) => [point.chain, mergePoints(known[point.chain] ?? [], [point])]),
  );
}
