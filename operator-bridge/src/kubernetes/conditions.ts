// SPDX-License-Identifier: Apache-2.0
import type { Condition, ConditionType } from "@nfaas/domain";

export type NewCondition = Omit<Condition, "lastTransitionTime">;

export const condition = (
  type: ConditionType,
  status: Condition["status"] | boolean,
  reason: string,
  message: string,
  observedGeneration: number,
): NewCondition => ({
  type,
  status: typeof status === "boolean" ? (status ? "True" : "False") : status,
  reason,
  message,
  observedGeneration,
});

/** lastTransitionTime moves only when the status does (Kubernetes API conventions, "Typical status properties"). */
export function withConditions(
  current: readonly Condition[] | undefined,
  wanted: readonly NewCondition[],
  now: Date,
): Condition[] {
  const merged = new Map((current ?? []).map((c) => [c.type, c]));
  for (const next of wanted) {
    const previous = merged.get(next.type);
    const lastTransitionTime =
      previous?.status === next.status ? previous.lastTransitionTime : timestamp(now);
    merged.set(next.type, { ...next, lastTransitionTime });
  }
  return [...merged.values()];
}

export const findCondition = (
  conditions: readonly Condition[] | undefined,
  type: ConditionType,
): Condition | undefined => conditions?.find((c) => c.type === type);

/** Kubernetes' metav1.MicroTime: six decimals. */
export const microTime = (date: Date): string => date.toISOString().replace("Z", "000Z");

/** Kubernetes' metav1.Time: whole seconds. */
export const timestamp = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");
