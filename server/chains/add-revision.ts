// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph } from "@nfaas/domain";
import { recordEvent } from "../audit/record-event.ts";
import type { Transaction } from "../db/client.ts";
import type { TenantScope } from "../scope.ts";
import { type ChainRow, toJson, toRevision } from "./chain-row.ts";
import type { Revision } from "./types.ts";

export interface NewRevision {
  number: number;
  graph: ChainGraph;
  message: string | null;
  rolledBackFrom: number | null;
}

/** The revision, the intent to apply it and the audit event: all of them or none. */
export async function addRevision(
  tx: Transaction,
  scope: TenantScope,
  chain: ChainRow,
  { graph, ...rest }: NewRevision,
): Promise<Revision> {
  const ids = { tenantId: scope.tenant.id, chainId: chain.id };
  const { number, message, rolledBackFrom } = rest;
  const row = await tx.revision.create({
    data: { ...ids, ...rest, graph: toJson(graph), author: scope.actor.name },
  });
  await tx.intent.create({ data: { ...ids, kind: "apply", revision: number } });
  await recordEvent(tx, scope, {
    action: rolledBackFrom === null ? "chain.publish" : "chain.rollback",
    object: `chain/${chain.name}`,
    details: {
      revision: number,
      ...(message ? { message } : {}),
      ...(rolledBackFrom ? { rolledBackFrom } : {}),
    },
  });
  return toRevision(row);
}
