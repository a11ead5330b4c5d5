// SPDX-License-Identifier: Apache-2.0
// What the agents' reports say of a view. Pure.
import {
  type ConservationCounts,
  type DataplaneNode,
  entersOfNode,
  inFlight,
  labels,
  type PodStatus,
  type PodView,
  type ServiceChainView,
  type Tenant,
} from "@nfaas/domain";
import type { Pod } from "../../kubernetes/core.ts";
import { isSilent, silenceOf } from "../dataplane-node.ts";

export interface Observed {
  tenants: readonly Tenant[];
  pods: readonly Pod[];
  nodes: readonly DataplaneNode[];
  /** Of all chains. */
  views: readonly ServiceChainView[];
}

export interface Obstacle {
  /** A pod, or the group that lacks one. */
  subject: string;
  reason: string;
  message: string;
}
export interface Progress {
  programmed: boolean;
  /** The first real refusal before those that are merely not there yet. */
  obstacle?: Obstacle;
}

interface Group {
  name: string;
  /** Pods that exist and are not being deleted, with what their agent says of them. */
  pods: { name: string; report?: PodStatus; node?: DataplaneNode }[];
}

interface Reported {
  report: PodStatus;
  node: DataplaneNode;
}

/** One list of nodes is read many times in a reconcile. */
const indexes = new WeakMap<readonly DataplaneNode[], ReadonlyMap<string, Reported>>();

function reportsByPod(nodes: readonly DataplaneNode[]): ReadonlyMap<string, Reported> {
  const known = indexes.get(nodes);
  if (known) return known;
  const index = new Map(
    nodes.flatMap((node) =>
      (node.status?.pods ?? []).map((report): [string, Reported] => [report.name, { report, node }]),
    ),
  );
  indexes.set(nodes, index);
  return index;
}

function group(name: string, label: string, value: string, observed: Observed): Group {
  const reports = reportsByPod(observed.nodes);
  const pods = observed.pods
    .filter((p) => p.metadata.labels?.[label] === value && p.metadata.deletionTimestamp === undefined)
    .map((p) => ({ name: p.metadata.name, ...reports.get(p.metadata.name) }));
  return { name, pods };
}

function gatewayGroups(view: ServiceChainView, observed: Observed): Group[] {
  const tenant = observed.tenants.find((t) => t.metadata.name === view.spec.tenant);
  const used = new Set(view.spec.nodes.map((n) => n.attachment));
  const attachments = (tenant?.spec.attachments ?? []).filter((a) => used.has(a.name));
  const gateways = [...new Set(attachments.map((a) => a.gateway))];
  return gateways.map((g) => group(`gateway ${g}`, labels.gateway, g, observed));
}

function functionGroups(view: ServiceChainView, observed: Observed): Group[] {
  const sets = [...new Set(view.spec.nodes.flatMap((n) => n.functionSet ?? []))];
  return sets.map((s) => group(`function set ${s}`, labels.functionSet, s, observed));
}

/** The pods of views that it enters, and those that enter it: each must have it before packets go from one to the other. */
function crossingGroups(view: ServiceChainView, observed: Observed): Group[] {
  const { tenant, chain, nodes } = view.spec;
  const live = observed.views.filter(
    (v) => v.spec.tenant === tenant && v.metadata.deletionTimestamp === undefined,
  );
  const enters = new Set(nodes.flatMap((n) => entersOfNode(n).map((e) => e.chain)));
  const sets = live
    .filter((v) => v.spec.chain !== chain)
    .flatMap((v) => v.spec.nodes.filter((n) => entersOfNode(n).some((e) => e.chain === chain)))
    .flatMap((n) => n.functionSet ?? []);
  return [
    ...live
      .filter((v) => enters.has(v.spec.chain))
      .flatMap((v) => [...gatewayGroups(v, observed), ...functionGroups(v, observed)]),
    ...[...new Set(sets)].map((s) => group(`function set ${s}`, labels.functionSet, s, observed)),
  ];
}

const entryOf = (view: ServiceChainView, report: PodStatus | undefined): PodView | undefined =>
  report?.views.find((v) => v.uid === view.metadata.uid);

/** What the agent says, or that it can't say anything. */
function whyNot(node: DataplaneNode | undefined, entry: PodView | undefined): Omit<Obstacle, "subject"> {
  const { reason, message = "not programmed yet" } = entry ?? {};
  if (reason !== undefined) return { reason, message };
  return node && isSilent(node) ? silenceOf(node.metadata.name) : { reason: "Programming", message };
}

/**
 * A view is programmed when every ready pod it touches says so, those of other chains at whose nodes packets go from one to the
 * other too, and each of its function sets and gateways has a ready pod. A
 * pod that is down does not hold it up: it gets the whole state before it is ready again.
 */
export function observeProgress(view: ServiceChainView, observed: Observed): Progress {
  const obstacles: Obstacle[] = [];
  const own = [...gatewayGroups(view, observed), ...functionGroups(view, observed)];
  for (const { name, pods } of own) {
    if (pods.some((p) => p.report?.ready)) continue;
    obstacles.push({ subject: name, reason: "PodNotReady", message: "no pod of it is ready" });
  }
  for (const { pods } of [...own, ...crossingGroups(view, observed)]) {
    for (const pod of pods.filter((p) => p.report?.ready)) {
      const entry = entryOf(view, pod.report);
      if (entry?.programmed) continue;
      const { reason, message } = whyNot(pod.node, entry);
      obstacles.push({ subject: `pod ${pod.name}`, reason, message });
    }
  }
  if (obstacles.length === 0) return { programmed: true };
  return { programmed: false, obstacle: obstacles.find((o) => o.reason !== "Programming") ?? obstacles[0] };
}

/** Of ready pods that put packets into views: its gateways, and those of nodes that enter it. */
function entriesWithShare(view: ServiceChainView, { pods, nodes }: Observed): PodView[] {
  const reports = reportsByPod(nodes);
  return pods
    .filter((p) => p.metadata.deletionTimestamp === undefined)
    .flatMap((p) => reports.get(p.metadata.name)?.report ?? [])
    .filter((report) => report.ready)
    .flatMap((report) => entryOf(view, report) ?? [])
    .filter((entry) => entry.programmed && entry.share !== undefined);
}

/** Whether no ready pod puts new flows into the view any more. */
export const hasNoShare = (view: ServiceChainView, observed: Observed): boolean =>
  entriesWithShare(view, observed).every((entry) => entry.share === 0);

/** Whether no ready pod keeps flows in the view any more. */
export const keepsNoFlows = (view: ServiceChainView, observed: Observed): boolean =>
  entriesWithShare(view, observed).every((entry) => !entry.keepsFlows);

/** Flows that stay in the view, over the pods where they enter it; undefined while one of them has not counted. */
export function countKeptFlows(view: ServiceChainView, observed: Observed): number | undefined {
  const counts = entriesWithShare(view, observed)
    .filter((entry) => entry.keepsFlows)
    .map((entry) => entry.keptFlows);
  return counts.reduce((sum, n) => (sum === undefined || n === undefined ? undefined : sum + n), 0);
}

export interface Conservation extends Required<ConservationCounts> {
  /** Every pod that has the view has counted it. */
  complete: boolean;
  closed: boolean;
}

/** Sums over all pods, those that died included: their agents keep what they last counted. */
export function sumConservation(view: ServiceChainView, { nodes }: Observed): Conservation {
  const sum = { injected: 0, entered: 0, copied: 0, left: 0, handed: 0, dropped: 0 };
  let complete = true;
  for (const { report } of reportsByPod(nodes).values()) {
    const entry = entryOf(view, report);
    if (!entry) continue;
    if (!entry.conservation && entry.programmed && report.ready) complete = false;
    for (const side of Object.keys(sum) as (keyof typeof sum)[]) sum[side] += entry.conservation?.[side] ?? 0;
  }
  for (const { uid, conservation } of nodes.flatMap((n) => n.status?.departed ?? [])) {
    if (uid !== view.metadata.uid) continue;
    for (const side of Object.keys(sum) as (keyof typeof sum)[]) sum[side] += conservation[side] ?? 0;
  }
  return { ...sum, complete, closed: complete && inFlight(sum) === 0 };
}

/** Whether any pod still has the view; as long as one has, its id is not free. */
export const isProgrammedAnywhere = (view: ServiceChainView, nodes: readonly DataplaneNode[]): boolean =>
  [...reportsByPod(nodes).values()].some(({ report }) => entryOf(view, report)?.programmed);
