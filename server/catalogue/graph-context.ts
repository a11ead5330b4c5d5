// SPDX-License-Identifier: Apache-2.0
import { functionKinds, type GraphContext, tapsOf } from "@nfaas/domain";
import { listEnterable } from "../chains/list-enterable.ts";
import type { TenantScope } from "../scope.ts";
import { listAttachments } from "./list-attachments.ts";

/** What the graph of this chain may refer to. */
export async function graphContext(scope: TenantScope, chain: string): Promise<GraphContext> {
  const [attachments, others] = await Promise.all([listAttachments(scope), listEnterable(scope)]);
  return {
    attachments: attachments.map(({ name }) => name),
    taps: tapsOf(attachments),
    chains: Object.fromEntries(
      others.filter(({ name }) => name !== chain).map(({ name, entries }) => [name, entries]),
    ),
    functions: functionKinds,
  };
}
