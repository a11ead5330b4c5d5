// SPDX-License-Identifier: Apache-2.0
// Event objects tell what happened lately; like in every cluster they go after an hour.
import type { KubeObject } from "../objects.ts";
import { events } from "../resources/builtins.ts";
import { remove } from "../resources/deletion.ts";
import { storageResource } from "../resources/types.ts";
import type { Store } from "../store/store.ts";

const lifetimeMs = 3_600_000;

/** When the event was last seen; Unix time in ms, 0 when it does not say. */
function lastSeenMs({ lastTimestamp, eventTime, metadata }: KubeObject): number {
  const latest = [lastTimestamp, eventTime, metadata.creationTimestamp]
    .map((text) => (typeof text === "string" ? Date.parse(text) : 0))
    .filter((time) => !Number.isNaN(time));
  return Math.max(0, ...latest);
}

/** Deletes the events that are older than an hour at `nowMs`. */
export async function expireEvents(store: Store, nowMs: number): Promise<void> {
  const isOld = (event: KubeObject) => nowMs - lastSeenMs(event) > lifetimeMs;
  if (![...store.state.table(storageResource(events)).values()].some(isOld)) return;
  await store.transact((transaction) => {
    for (const { metadata } of transaction.list(storageResource(events)).filter(isOld))
      remove(transaction, events, metadata.namespace ?? "", metadata.name);
  });
}
