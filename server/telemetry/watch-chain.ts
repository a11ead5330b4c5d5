// SPDX-License-Identifier: Apache-2.0
import { findChain } from "../chains/chain-row.ts";
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { followLive, type LiveStream } from "./follow.ts";
import type { LiveChainFrame } from "./types.ts";

/** Throws NOT_FOUND before anything is sent. */
export async function watchChain(
  scope: TenantScope,
  chain: string,
  lastEventId: string | null | undefined,
  signal: AbortSignal | undefined,
): Promise<LiveStream<LiveChainFrame>> {
  const { db, hub } = services();
  const { tenant } = scope;
  await withTenant(db, tenant.id, (tx) => findChain(tx, scope, chain));
  const reader = {
    now: () => hub.chainNow(tenant.name, chain),
    points: (since: number) => hub.points(tenant.name, chain, since),
  };
  return followLive(hub, reader, lastEventId, signal);
}
