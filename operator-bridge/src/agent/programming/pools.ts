// SPDX-License-Identifier: Apache-2.0
// Which pods take a view's packets at each of its nodes. Pure.
import { createHash } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import {
  type Attachment,
  judgeServers,
  type ServiceChainView,
  type Tenant,
  type ViewNode,
} from "@nfaas/domain";
import { type Pool, PoolSchema } from "../generated/nfaas_dataplane_pb.ts";
import { hostAddress } from "./addresses.ts";
import { type FabricPod, poolOfNode, poolOfPod } from "./placement.ts";

/** A pod that becomes ready gets its share of new flows over this long. */
const slowStartMs = 10_000;

/** The paper's large Maglev table, for pools of which the small one has not a hundred entries a backend (section 3.4). */
const largeTable = { size: 655_373, fromBackends: 656 };

/** By pool, in the order of their names: the pods that take packets now, and always the pod that looks. */
export type Members = ReadonlyMap<string, readonly FabricPod[]>;

/** Only ready pods are backends, but a pod is always in its own pool: that is how it knows which nodes it runs. */
export function membersSeenBy(pod: FabricPod, pods: readonly FabricPod[]): Members {
  const members = new Map<string, FabricPod[]>();
  for (const peer of [...pods].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const pool = poolOfPod(peer);
    const takesPackets = peer.ready && peer.drain !== "packets";
    if (pool === undefined || !(takesPackets || peer.name === pod.name)) continue;
    members.set(pool, [...(members.get(pool) ?? []), peer]);
  }
  return members;
}

export interface NodePool {
  name: string;
  members: readonly FabricPod[];
}

/**
 * The pool that runs a view's node, as `pod` sees it: all of the function set or gateway. When some of them have refused
 * the view (one that started anew and was cordoned, or has less room), the node gets a pool of its own without them:
 * they would drop its packets. When all have refused it there is nobody better, and the drops say so.
 * @returns undefined when nobody runs the node
 */
export function poolFor(
  node: ViewNode,
  view: ServiceChainView,
  tenant: Tenant,
  pod: FabricPod,
  members: Members,
): NodePool | undefined {
  const name = poolOfNode(node, tenant);
  if (name === undefined) return;
  const all = members.get(name) ?? [];
  const uid = view.metadata.uid ?? "";
  const takers = all.filter((p) => p.name === pod.name || !p.refused.has(uid));
  if (takers.length === 0 || takers.length === all.length) return { name, members: all };
  const { tenantId, viewId } = view.spec;
  return { name: `node/${tenantId}.${viewId}.${node.forwardSi}`, members: takers };
}

/** Servers behind an attachment, to which its packets leave; undefined when packets leave as they are. */
export function serverPool(tenantId: number, attachment: Attachment): Pool | undefined {
  if (attachment.directReturn === undefined) return;
  const backends = judgeServers(attachment).servers.map(({ name, address, weight = 100 }) => ({
    name,
    address: hostAddress(address),
    weight,
  }));
  const key = createHash("sha256").update(attachment.name).digest("hex").slice(0, 16);
  return create(PoolSchema, { name: `servers/${tenantId}.${key}`, backends, slowStartMs });
}

export function poolMessages(pools: Iterable<NodePool>): Pool[] {
  const byName = new Map([...pools].map((pool) => [pool.name, pool.members]));
  return [...byName.keys()].sort().map((name) => {
    const members = byName.get(name) ?? [];
    const backends = members.map((p) => ({
      name: p.name,
      address: hostAddress(p.address),
      // The flows of one that is to go stay there, until they are taken from it.
      weight: p.drain === undefined ? 100 : 0,
    }));
    const tableSize = backends.length >= largeTable.fromBackends ? largeTable.size : 0;
    return create(PoolSchema, { name, backends, slowStartMs, tableSize });
  });
}
