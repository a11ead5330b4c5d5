// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from "node:util";
import type { Condition } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { type NewCondition, withConditions } from "../kubernetes/conditions.ts";
import type { KubernetesObject, ResourceType } from "../kubernetes/resources.ts";

interface WithConditions extends KubernetesObject {
  status?: { conditions?: Condition[] };
}

/** What JSON would carry: fields that are undefined do not exist. */
const asJson = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** Writes the status only when it says something new. Fails with Conflict when the object changed since read. */
export async function writeStatus<T extends WithConditions>(
  client: KubernetesClient,
  type: ResourceType<T>,
  object: T,
  wanted: Omit<NonNullable<T["status"]>, "conditions">,
  conditions: readonly NewCondition[],
): Promise<boolean> {
  const status = {
    ...object.status,
    ...wanted,
    conditions: withConditions(object.status?.conditions, conditions, new Date()),
  };
  if (isDeepStrictEqual(asJson(status), asJson(object.status))) return false;
  await client.replaceStatus(type, { ...object, status });
  return true;
}
