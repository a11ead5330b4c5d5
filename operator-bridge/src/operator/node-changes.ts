// SPDX-License-Identifier: Apache-2.0
// What a new report of an agent changes, so that thousands of untouched chains need not be looked at. Pure.
import { isDeepStrictEqual } from "node:util";
import type { DepartedCounts, PodStatus, PodView } from "@nfaas/domain";

/** Whether a pod came, went, or changed its readiness. */
export function podsChanged(before: readonly PodStatus[], after: readonly PodStatus[]): boolean {
  const facts = (pods: readonly PodStatus[]) =>
    new Map(pods.map((p) => [p.name, `${p.ready} ${p.restarts}`]));
  return !isDeepStrictEqual(facts(before), facts(after));
}

/** Keys of the views of which pods that are gone have left other counts than before. */
export function changedDepartures(
  before: readonly DepartedCounts[] = [],
  after: readonly DepartedCounts[] = [],
): Set<string> {
  const counts = new Map(before.map((d) => [d.uid, d]));
  return new Set(after.filter((d) => !isDeepStrictEqual(d, counts.get(d.uid))).map((d) => d.view));
}

/** Whether a pod came, went, or says anything else of itself than of its views. */
export function podFactsChanged(before: readonly PodStatus[], after: readonly PodStatus[]): boolean {
  const facts = (pods: readonly PodStatus[]) =>
    new Map(pods.map((p) => [p.name, { ...p, views: p.views.map((v) => `${v.uid} ${v.programmed}`) }]));
  return !isDeepStrictEqual(facts(before), facts(after));
}

/** Keys of the views of which any pod says something else than before. */
export function changedViews(before: readonly PodStatus[], after: readonly PodStatus[]): Set<string> {
  const entries = (pods: readonly PodStatus[]) =>
    new Map(pods.flatMap((p) => p.views.map((v): [string, PodView] => [`${p.name}\0${v.view}`, v])));
  const [old, fresh] = [entries(before), entries(after)];
  const changed = new Set<string>();
  for (const [key, entry] of [...old, ...fresh]) {
    if (!isDeepStrictEqual(old.get(key), fresh.get(key))) changed.add(entry.view);
  }
  return changed;
}
