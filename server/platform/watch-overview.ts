// SPDX-License-Identifier: Apache-2.0
import { services } from "../services.ts";
import { turns } from "../signal.ts";
import { platformOverview } from "./overview.ts";
import type { PlatformOverview } from "./types.ts";

/** The overview at each of the hub's ticks: about once a second. */
export async function* watchOverview(
  signal: AbortSignal | undefined,
): AsyncGenerator<PlatformOverview, void> {
  const { hub } = services();
  for await (const _ of turns([(listener) => hub.onTick(listener)], signal)) yield await platformOverview();
}
