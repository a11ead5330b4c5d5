// SPDX-License-Identifier: Apache-2.0
// The tenants of a pod: their attachments here, and which views take the packets that come in. Pure.
import { create } from "@bufbuild/protobuf";
import { type Attachment, judgeAttachment, type ServiceChainView, type Tenant } from "@nfaas/domain";
import { type Pool, type Tenant as TenantMessage, TenantSchema } from "../generated/nfaas_dataplane_pb.ts";
import { addressInSubnet, hostAddress, prefix, reachable } from "./addresses.ts";
import { byName } from "./by-name.ts";
import type { Snapshot } from "./desired-state.ts";
import type { Exclusions } from "./exclusions.ts";
import type { FabricPod } from "./placement.ts";
import { serverPool } from "./pools.ts";
import { computeShares, sharesOfAttachment } from "./shares.ts";

/** Of one chain: its views on the pod, and what each takes of new packets. */
interface ChainShares {
  views: readonly ServiceChainView[];
  shares: ReadonlyMap<string, number>;
}

/** The data plane refuses the whole for one bad attachment; without it only the views that name it. */
const attachmentsHere = (pod: FabricPod, { metadata, spec }: Tenant, exclusions: Exclusions): Attachment[] =>
  spec.attachments
    .filter(
      (a) =>
        a.gateway === pod.gateway &&
        !exclusions.edgePorts.has(a.edgePort) &&
        !exclusions.attachments.has(`${metadata.name}/${a.name}`) &&
        judgeAttachment(a) === undefined,
    )
    .sort(byName);

export function buildTenants(
  pod: FabricPod,
  { tenants }: Snapshot,
  views: readonly ServiceChainView[],
  /** Those of them that the pod puts packets into. */
  puts: ReadonlySet<ServiceChainView>,
  exclusions: Exclusions,
): { tenants: TenantMessage[]; shares: Map<string, number> } {
  const shares = new Map<string, number>();
  const messages: TenantMessage[] = [];
  for (const tenant of [...tenants.values()].sort((a, b) => byName(a.metadata, b.metadata))) {
    const { metadata, spec } = tenant;
    const own = views.filter((v) => v.spec.tenant === metadata.name);
    const here = attachmentsHere(pod, tenant, exclusions);
    if (own.length === 0 && here.length === 0) continue;
    const chains = [...new Set(own.map((v) => v.spec.chain))].map((chain) => {
      const of = own.filter((v) => v.spec.chain === chain);
      return { views: of, shares: computeShares(of) };
    });
    for (const c of chains)
      if (c.views.some((v) => puts.has(v))) for (const [uid, s] of c.shares) shares.set(uid, s);
    messages.push(
      create(TenantSchema, {
        tenantId: spec.tenantId,
        name: metadata.name,
        cpuWeight: spec.cpuWeight ?? 0,
        attachments: here.map((a) => attachmentMessage(a, spec.tenantId, chains)),
      }),
    );
  }
  return { tenants: messages, shares };
}

export function serverPools(pod: FabricPod, { tenants }: Snapshot, exclusions: Exclusions): Pool[] {
  return [...tenants.values()]
    .sort((a, b) => byName(a.metadata, b.metadata))
    .flatMap((tenant) =>
      attachmentsHere(pod, tenant, exclusions).map((a) => serverPool(tenant.spec.tenantId, a)),
    )
    .filter((pool) => pool !== undefined);
}

const attachmentMessage = (attachment: Attachment, tenantId: number, chains: readonly ChainShares[]) => ({
  name: attachment.name,
  edgePort: attachment.edgePort,
  vlan: attachment.vlan ?? 0,
  address: addressInSubnet(attachment.address),
  address6: attachment.address6 === undefined ? undefined : addressInSubnet(attachment.address6),
  prefixes: reachable(attachment).map(prefix),
  ingress: attachment.tap ? [] : ingress(chains, attachment.name),
  directReturn: serverPool(tenantId, attachment)?.name ?? "",
  tap: attachment.tap && { collector: hostAddress(attachment.tap.collector) },
});

const enters = (view: ServiceChainView, attachment: string): boolean =>
  view.spec.nodes.some((n) => n.attachment === attachment);

/** The operator lets only one chain use an attachment; were it two, the first by name would have it. */
function ingress(chains: readonly ChainShares[], attachment: string) {
  for (const { views, shares } of chains) {
    const own = sharesOfAttachment(shares, views, attachment);
    if (own.size === 0) continue;
    // Where flows stay, a gateway must know of every view that one may be in, also before its shares say so.
    const keeps = views.some((v) => v.spec.keepFlows);
    return views
      .filter((v) => own.has(v.metadata.uid ?? "") || (keeps && enters(v, attachment)))
      .map(({ metadata, spec }) => ({
        viewId: spec.viewId,
        share: own.get(metadata.uid ?? "") ?? 0,
        keepFlows: spec.keepFlows ?? false,
      }));
  }
  return [];
}
