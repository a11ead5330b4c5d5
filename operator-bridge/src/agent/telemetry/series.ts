// SPDX-License-Identifier: Apache-2.0
// From a pod's figures to labelled samples, one per link, member, tenant, view or edge. Pure.
import { type LiveLatency, type LiveMember, type LivePod, latencyMinNs } from "@nfaas/domain";

export type Labels = Record<string, string>;
/** The suffix is of a histogram's series: _bucket, _sum, _count. */
export type Sample = [Labels, number, suffix?: string];

export const nanosecond = 1e-9;

export const viewLabels = ({ pod }: LivePod, view: LivePod["views"][number]): Labels => ({
  pod,
  tenant: view.tenant,
  chain: view.chain,
  view: view.view,
  view_uid: view.uid,
});

export const perLink =
  (value: (link: LivePod["links"][number]) => number) =>
  (pod: LivePod): Sample[] =>
    pod.links.map((link) => [{ pod: pod.pod, peer: link.peer }, value(link)]);
export const perMember =
  (value: (member: LiveMember) => number) =>
  (pod: LivePod): Sample[] =>
    (pod.members ?? []).map((member) => [{ pod: pod.pod, member: member.pod }, value(member)]);
export const perTenant =
  (value: (tenant: LivePod["tenants"][number]) => number) =>
  (pod: LivePod): Sample[] =>
    pod.tenants.map((t) => [{ pod: pod.pod, tenant: t.tenant }, value(t)]);
export const perView =
  (value: (view: LivePod["views"][number]) => number) =>
  (pod: LivePod): Sample[] =>
    pod.views.map((v) => [viewLabels(pod, v), value(v)]);
export const perEdge =
  (unit: "packets" | "bytes") =>
  (pod: LivePod): Sample[] =>
    pod.views.flatMap((v) =>
      v.edges.map(
        ({ from, to, direction, [unit]: value }): Sample => [
          { ...viewLabels(pod, v), from, to, direction },
          value,
        ],
      ),
    );

/** Cumulative buckets in seconds; the last one has no bound but +Inf. */
export function latencySeries(labels: Labels, { buckets, sumNs }: LiveLatency): Sample[] {
  let packets = 0;
  const series = buckets.map((count, i): Sample => {
    packets += count;
    const le = i === buckets.length - 1 ? "+Inf" : String((latencyMinNs * 2 ** i) / 1e9);
    return [{ ...labels, le }, packets, "_bucket"];
  });
  return [...series, [labels, sumNs * nanosecond, "_sum"], [labels, packets, "_count"]];
}
