// SPDX-License-Identifier: Apache-2.0
// From objects to the message that tells one pod all it must do. Pure: the same objects give the same message.
import { create } from "@bufbuild/protobuf";
import {
  type Attachment,
  type DrainStage,
  type Gateway,
  judgeAttachment,
  type ServiceChainView,
  type Tenant,
} from "@nfaas/domain";
import {
  type DesiredState,
  DesiredStateSchema,
  EdgeDriver,
  type EdgePort,
  EdgePortSchema,
  type FabricLink,
  FabricLinkSchema,
  type Pool,
  type Tenant as TenantMessage,
  TenantSchema,
} from "../generated/nfaas_dataplane_pb.ts";
import {
  addressInSubnet,
  areOfOneFamily,
  hostAddress,
  macOf,
  prefix,
  reachable,
  UntranslatableError,
} from "./addresses.ts";
import { addWays, Entering, type ToldView } from "./entering.ts";
import type { Exclusions, Refusal } from "./exclusions.ts";
import { domainLists } from "./functions/web-gateway.ts";
import { type FabricPod, poolOfPod, touches } from "./placement.ts";
import { type Members, membersSeenBy, poolFor, poolMessages, serverPool } from "./pools.ts";
import { computeShares, sharesOfAttachment } from "./shares.ts";
import { type Sharing, stateGroup } from "./sharing.ts";
import { buildView } from "./view-message.ts";

/** What the state of every pod is made from. */
export interface Snapshot {
  pods: readonly FabricPod[];
  tenants: ReadonlyMap<string, Tenant>;
  gateways: ReadonlyMap<string, Gateway>;
  /** Without those that are being deleted. */
  views: readonly ServiceChainView[];
  /** How pods share their flows; unset: they don't. */
  sharing?: Sharing;
}

export interface BuiltState {
  /** Generation 0: the sender numbers it. */
  message: DesiredState;
  /** In the message, in its order. */
  views: ServiceChainView[];
  /** Percent of new packets by view uid; only pods that put packets into views have any: gateways, and those of nodes that enter other chains. */
  shares: ReadonlyMap<string, number>;
  /** Uids of the views whose flows stay, of those that the pod puts packets into. */
  keeping: ReadonlySet<string>;
  /** Views that touch the pod but are not in the message, by uid. */
  refused: ReadonlyMap<string, Refusal>;
  /** How far the pods that are to go were drained, by uid: their weights and pools say so. */
  drains: ReadonlyMap<string, DrainStage>;
}

export interface BuildOptions {
  exclusions: Exclusions;
  /** The process has no state yet. */
  fresh: boolean;
}

/** Four unanswered probes: a pod that freezes is out of the pools within a second. */
const health = { intervalMs: 200, failures: 4 };

const cordonedRefusal: Refusal = { reason: "Cordoned", message: "the pod is cordoned and takes no new view" };

/** Text order, not locale order: both ends of a link must agree. */
const byName = <T extends { name: string }>(a: T, b: T): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

export function buildDesiredState(pod: FabricPod, world: Snapshot, options: BuildOptions): BuiltState {
  const snapshot = { ...world, pods: world.pods.filter((p) => areOfOneFamily(p.address, pod.address)) };
  const { exclusions, fresh } = options;
  const refused = new Map<string, Refusal>();
  const members = membersSeenBy(pod, snapshot.pods);
  const entering = new Entering(snapshot.views, snapshot.tenants);
  const messages = chooseViews(pod, snapshot, members, entering, options, refused);
  const views = messages.map(({ view }) => view);
  const pool = poolOfPod(pod) ?? "";
  addWays(messages, entering, pool, snapshot.tenants);
  const puts = views.filter((v) =>
    pod.gateway === undefined
      ? entering.crosses(v, pool)
      : touches(v, snapshot.tenants.get(v.spec.tenant), pool),
  );
  const { tenants, shares } = buildTenants(pod, snapshot, views, new Set(puts), exclusions);
  const message = create(DesiredStateSchema, {
    fabric: {
      address: hostAddress(pod.address),
      mac: macOf(pod.address),
      links: buildLinks(pod, snapshot, exclusions),
      health,
    },
    edgePorts: buildEdgePorts(pod, snapshot, exclusions),
    tenants,
    pools: [
      ...poolMessages(messages.flatMap(({ pools }) => [...pools.values()])),
      ...serverPools(pod, snapshot, exclusions),
    ],
    views: messages.map((m) => m.message),
    domainLists: pod.function === "web-gateway" ? domainLists(views) : [],
    // A process that has nothing yet first gets back what its predecessor carried.
    cordoned: pod.cordoned && !fresh,
    stateGroup: exclusions.sharing
      ? undefined
      : stateGroup(pod, snapshot.pods, snapshot.sharing, snapshot.gateways),
  });
  const kept = puts.filter(
    (v) => v.spec.keepFlows && (pod.gateway !== undefined || entering.into(v).length > 0),
  );
  const keeping = new Set(kept.map((v) => v.metadata.uid ?? ""));
  const drains = new Map(snapshot.pods.flatMap(({ uid, drain }) => (drain ? [[uid, drain] as const] : [])));
  return { message, views, shares, keeping, refused, drains };
}

function chooseViews(
  pod: FabricPod,
  { views, tenants }: Snapshot,
  members: Members,
  entering: Entering,
  { exclusions, fresh }: BuildOptions,
  refused: Map<string, Refusal>,
): ToldView[] {
  const pool = poolOfPod(pod);
  const messages: ToldView[] = [];
  for (const view of [...views].sort(byAge)) {
    const tenant = tenants.get(view.spec.tenant);
    if (pool === undefined || !tenant || !entering.concerns(view, pool)) continue;
    const uid = view.metadata.uid ?? "";
    const refusal =
      exclusions.views.get(uid) ??
      lostPort(pod, view, tenant, exclusions) ??
      (pod.cordoned && fresh && view.spec.weight === 0 ? cordonedRefusal : undefined);
    if (refusal) refused.set(uid, refusal);
    else {
      try {
        const pools = new Map(
          view.spec.nodes.flatMap((node) => {
            const of = poolFor(node, view, tenant, pod, members);
            return of ? [[node, of] as const] : [];
          }),
        );
        messages.push({ view, pools, message: buildView(view, tenant, (node) => pools.get(node)?.name) });
      } catch (error) {
        if (!(error instanceof UntranslatableError)) throw error;
        refused.set(uid, { reason: "Unsupported", message: error.message });
      }
    }
  }
  return messages;
}

const byAge = (a: ServiceChainView, b: ServiceChainView): number =>
  byName({ name: `${a.spec.tenant}/${a.spec.chain}` }, { name: `${b.spec.tenant}/${b.spec.chain}` }) ||
  a.spec.sequence - b.spec.sequence;

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

/** A view whose packets enter or leave here by a port that could not be opened. */
function lostPort(
  pod: FabricPod,
  view: ServiceChainView,
  tenant: Tenant,
  exclusions: Exclusions,
): Refusal | undefined {
  const used = new Set(view.spec.nodes.map((n) => n.attachment));
  const own = tenant.spec.attachments.filter((a) => a.gateway === pod.gateway && used.has(a.name));
  return own.map((a) => exclusions.edgePorts.get(a.edgePort)).find((refusal) => refusal !== undefined);
}

function buildTenants(
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
        attachments: here.map((attachment) => ({
          name: attachment.name,
          edgePort: attachment.edgePort,
          vlan: attachment.vlan ?? 0,
          address: addressInSubnet(attachment.address),
          address6: attachment.address6 === undefined ? undefined : addressInSubnet(attachment.address6),
          prefixes: reachable(attachment).map(prefix),
          ingress: attachment.tap ? [] : ingress(chains, attachment.name),
          directReturn: serverPool(spec.tenantId, attachment)?.name ?? "",
          tap: attachment.tap && { collector: hostAddress(attachment.tap.collector) },
        })),
      }),
    );
  }
  return { tenants: messages, shares };
}

function serverPools(pod: FabricPod, { tenants }: Snapshot, exclusions: Exclusions): Pool[] {
  return [...tenants.values()]
    .sort((a, b) => byName(a.metadata, b.metadata))
    .flatMap((tenant) =>
      attachmentsHere(pod, tenant, exclusions).map((a) => serverPool(tenant.spec.tenantId, a)),
    )
    .filter((pool) => pool !== undefined);
}

const enters = (view: ServiceChainView, attachment: string): boolean =>
  view.spec.nodes.some((n) => n.attachment === attachment);

/** The operator lets only one chain use an attachment; were it two, the first by name would have it. */
function ingress(
  chains: readonly { views: readonly ServiceChainView[]; shares: ReadonlyMap<string, number> }[],
  attachment: string,
) {
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

/** A memif link to every other pod; of each pair, the lexicographically smaller name listens. */
function buildLinks(pod: FabricPod, { pods }: Snapshot, exclusions: Exclusions): FabricLink[] {
  return pods
    .filter((peer) => peer.name !== pod.name && !exclusions.links.has(peer.name))
    .sort(byName)
    .map((peer) => {
      const server = pod.name < peer.name;
      const [a, b] = server ? [pod.name, peer.name] : [peer.name, pod.name];
      return create(FabricLinkSchema, {
        peer: peer.name,
        address: hostAddress(peer.address),
        mac: macOf(peer.address),
        memif: { socket: `fabric/${a}--${b}.sock`, server },
      });
    });
}

function buildEdgePorts(pod: FabricPod, { gateways }: Snapshot, exclusions: Exclusions): EdgePort[] {
  const ports = pod.gateway === undefined ? [] : (gateways.get(pod.gateway)?.spec.edgePorts ?? []);
  return ports
    .filter((p) => !exclusions.edgePorts.has(p.name))
    .sort(byName)
    .map((p) =>
      create(EdgePortSchema, { name: p.name, interface: p.interface, driver: EdgeDriver.AF_PACKET }),
    );
}
