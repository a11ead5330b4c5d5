// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from "node:util";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { turns } from "../signal.ts";
import { getChainStatus } from "./get-chain-status.ts";
import type { ChainStatus } from "./types.ts";

async function* follow(
  scope: TenantScope,
  chain: string,
  first: ChainStatus,
  signal: AbortSignal | undefined,
): AsyncGenerator<ChainStatus, void> {
  const { world, outbox } = services();
  yield first;
  let last = first;
  const sources = [
    (listener: () => void) => world.onChange(listener),
    (listener: () => void) => outbox.onChange(listener),
  ];
  for await (const _ of turns(sources, signal)) {
    const status = await getChainStatus(scope, chain);
    if (isDeepStrictEqual(status, last)) continue;
    last = status;
    yield status;
  }
}

/** The status now and after every change. Throws NOT_FOUND before anything is sent. */
export async function watchChainStatus(
  scope: TenantScope,
  chain: string,
  signal: AbortSignal | undefined,
): Promise<AsyncGenerator<ChainStatus, void>> {
  return follow(scope, chain, await getChainStatus(scope, chain), signal);
}
