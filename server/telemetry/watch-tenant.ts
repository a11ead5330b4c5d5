// SPDX-License-Identifier: Apache-2.0
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { followLive, type LiveStream } from "./follow.ts";
import type { LiveTenantFrame } from "./types.ts";

export async function watchTenant(
  { tenant }: TenantScope,
  lastEventId: string | null | undefined,
  signal: AbortSignal | undefined,
): Promise<LiveStream<LiveTenantFrame>> {
  const { hub } = services();
  const reader = {
    now: () => hub.tenantNow(tenant.name),
    points: (since: number) => hub.points(tenant.name, undefined, since),
  };
  return followLive(hub, reader, lastEventId, signal);
}
