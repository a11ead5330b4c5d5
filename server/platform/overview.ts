// SPDX-License-Identifier: Apache-2.0
import type { LivePod } from "@nfaas/domain";
import { services } from "../services.ts";
import type { PodCpu } from "../telemetry/node-meter.ts";
import { describeCapacity, describeNode, describePod, describeTenant, describeView } from "./describe.ts";
import type { PlatformOverview, PlatformPod } from "./types.ts";

interface LivePods {
  pods: Map<string, LivePod>;
  cpu: Map<string, PodCpu>;
}

function livePods(): LivePods {
  const fresh = services().hub.freshSamples();
  return {
    pods: new Map(fresh.flatMap(({ sample }) => sample.pods.map((pod) => [pod.pod, pod]))),
    cpu: new Map(fresh.flatMap(({ cpu }) => [...cpu])),
  };
}

/** The pods that find this one dead. */
export const unansweredBy = (name: string, pods: Iterable<LivePod>): string[] =>
  [...pods]
    .filter(({ links }) => links.some(({ peer, dead }) => dead && peer === name))
    .map(({ pod }) => pod);

function describePods({ pods, cpu }: LivePods): PlatformPod[] {
  return services()
    .world.nodes.list()
    .flatMap(({ metadata, status }) =>
      (status?.pods ?? []).map((pod) =>
        describePod(
          metadata.name,
          pod,
          pods.get(pod.name),
          cpu.get(pod.name),
          unansweredBy(pod.name, pods.values()),
        ),
      ),
    );
}

const byName = (a: { name: string }, b: { name: string }): number => a.name.localeCompare(b.name);

/** What the platform is and does at this moment, by what the console knows already. */
export async function platformOverview(): Promise<PlatformOverview> {
  const { world, hub } = services();
  const live = livePods();
  const streams = new Map(hub.sources().map((source) => [source.node, source]));
  const nodes = world.nodes.list().map((node) => describeNode(node, streams.get(node.metadata.name)));
  const reports = world.nodes.list().flatMap(({ status }) => status?.pods ?? []);
  const pods = describePods(live).sort(byName);
  const chains = world.serviceChains.list();
  return {
    time: Date.now(),
    kubernetesProblem: world.problem?.message ?? null,
    nodes: nodes.sort(byName),
    pods,
    tenants: world.tenants
      .list()
      .map((tenant) => describeTenant(tenant, chains, hub.tenantNow(tenant.metadata.name)))
      .sort(byName),
    views: world.views
      .list()
      .map((view) => describeView(view, reports, [...live.pods.values()]))
      .sort((a, b) => a.view.localeCompare(b.view, "en", { numeric: true })),
    capacity: describeCapacity(nodes, pods),
  };
}
