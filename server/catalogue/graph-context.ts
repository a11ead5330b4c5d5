// SPDX-License-Identifier: Apache-2.0
import { functionKinds, type GraphContext, tapsOf } from "@nfaas/domain";
import type { TenantScope } from "../scope.ts";
import { listAttachments } from "./list-attachments.ts";

/** What a graph of this tenant may refer to. */
export async function graphContext(scope: TenantScope): Promise<GraphContext> {
  const attachments = await listAttachments(scope);
  return {
    attachments: attachments.map(({ name }) => name),
    taps: tapsOf(attachments),
    functions: functionKinds,
  };
}
