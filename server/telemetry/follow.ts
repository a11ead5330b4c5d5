// SPDX-License-Identifier: Apache-2.0
import { type TrackedEnvelope, tracked } from "@trpc/server";
import { turns } from "../signal.ts";
import type { TelemetryHub } from "./hub.ts";
import type { LiveMessage, LivePoint } from "./types.ts";

export interface LiveReader<Frame> {
  now(): Frame | null;
  points(since: number): LivePoint[];
}
export type LiveStream<Frame> = AsyncGenerator<TrackedEnvelope<LiveMessage<Frame>>, void>;

/**
 * A message now, with history, and one at each tick. The event's id is the newest point's time: who reconnects with it
 * gets what came since.
 */
export async function* followLive<Frame>(
  hub: TelemetryHub,
  reader: LiveReader<Frame>,
  lastEventId: string | null | undefined,
  signal: AbortSignal | undefined,
): LiveStream<Frame> {
  let since = Number(lastEventId ?? 0);
  for await (const _ of turns([(listener) => hub.onTick(listener)], signal)) {
    const history = reader.points(since);
    since = history.at(-1)?.time ?? since;
    yield tracked(String(since), { history, now: reader.now(), sources: hub.sources() });
  }
}
