// SPDX-License-Identifier: Apache-2.0
"use client";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useReducer } from "react";
import type { LiveChainFrame, LiveMessage, LivePoint, LiveTenantFrame } from "@/server/telemetry/types.ts";
import { leaveWhenSignedOut, useTRPC } from "../_trpc/client.tsx";
import { emptyLive, type LiveState, receiveLive } from "./live-state.ts";

export interface Live<Frame extends LivePoint> extends LiveState<Frame> {
  /** "off": nobody asked for figures. The stream itself; the agents' streams are in `sources`. */
  connection: "off" | "connecting" | "open" | "reconnecting";
}

/** The tenant's live figures. Key the component by tenant: the state isn't reset by itself. */
export function useLiveTenant(tenant: string): Live<LiveTenantFrame> {
  const trpc = useTRPC();
  const [state, receive] = useReducer(receiveLive<LiveTenantFrame>, emptyLive);
  const options = trpc.live.tenant.subscriptionOptions(
    { tenant },
    { onData: (message) => receive(payload(message)), onError: leaveWhenSignedOut },
  );
  const { status } = useSubscription(options);
  return { ...state, connection: connectionOf(status, state) };
}

/** One chain's live figures, while `enabled`. Key the component by chain. */
export function useLiveChain(tenant: string, chain: string, enabled = true): Live<LiveChainFrame> {
  const trpc = useTRPC();
  const [state, receive] = useReducer(receiveLive<LiveChainFrame>, emptyLive);
  const options = trpc.live.chain.subscriptionOptions(
    { tenant, chain },
    { onData: (message) => receive(payload(message)), onError: leaveWhenSignedOut },
  );
  const { status } = useSubscription({ ...options, enabled });
  return { ...state, connection: enabled ? connectionOf(status, state) : "off" };
}

/** Messages come tracked (with the id a reconnect resumes from). */
function payload<Frame>(message: { id: string; data: LiveMessage<Frame> }): LiveMessage<Frame> {
  return message.data;
}

function connectionOf(status: string, state: { points: unknown[] }): Live<LivePoint>["connection"] {
  if (status === "pending") return "open";
  if (status === "idle") return "off";
  return state.points.length > 0 ? "reconnecting" : "connecting";
}
