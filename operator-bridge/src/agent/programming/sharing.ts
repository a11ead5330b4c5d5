// SPDX-License-Identifier: Apache-2.0
// Which pods share their flows, and where each listens for the others. Pure.
import { createHash } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Gateway } from "@nfaas/domain";
import type { Secret } from "../../kubernetes/core.ts";
import { gatewayGroup, keyField, secretOf, sharesFlows } from "../../state-group.ts";
import type { StateGroupSchema } from "../generated/nfaas_dataplane_pb.ts";
import { areOfOneFamily, hostAddress } from "./addresses.ts";
import type { FabricPod } from "./placement.ts";

/** From one look for news to the next. */
export const intervalMs = 1_000;
/** Of pods on a cluster, where each has an address of its own. */
const port = 7_946;
const keyBytes = 32;
/** The data plane's limit: itself and 32 others. */
const membersMax = 33;

export interface Sharing {
  /** By group: a function set, or gatewayGroup() of gateways. */
  keys: ReadonlyMap<string, Uint8Array>;
  /** Of this instance of the product, where the pods are processes of one machine; else undefined. */
  instance?: string;
}

/** Below the ports that Linux gives to clients; two instances on one machine have different ones, as a rule. */
const portOf = (instance: string): number =>
  10_000 + (createHash("sha256").update(instance).digest().readUInt32BE() % 20_000);

/**
 * The processes of one machine have no addresses, whatever the fabric's family; each listens at the loopback address that ends as its
 * fabric address does (of IPv6 there is one only).
 */
function listenerOf({ address }: FabricPod, { instance }: Sharing) {
  const bytes = hostAddress(address);
  if (instance === undefined) return { address: bytes, port };
  return { address: Uint8Array.from([127, ...bytes.slice(-3)]), port: portOf(instance) };
}

/** The pods that share their flows with the pod have the same; undefined: it shares with nobody. */
function groupOf(pod: FabricPod, gateways: ReadonlyMap<string, Gateway>): string | undefined {
  if (pod.gateway === undefined) return sharesFlows(pod.function) ? pod.functionSet : undefined;
  const group = gateways.get(pod.gateway)?.spec.stateGroup;
  return group === undefined ? undefined : gatewayGroup(group);
}

/** Undefined for a pod that shares its flows with nobody. */
export function stateGroup(
  pod: FabricPod,
  pods: readonly FabricPod[],
  sharing: Sharing | undefined,
  gateways: ReadonlyMap<string, Gateway> = new Map(),
): MessageInitShape<typeof StateGroupSchema> | undefined {
  const group = groupOf(pod, gateways);
  const key = group === undefined ? undefined : sharing?.keys.get(group);
  if (group === undefined || !sharing || !key) return undefined;
  const members = pods
    .filter((p) => groupOf(p, gateways) === group && areOfOneFamily(p.address, pod.address))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, membersMax);
  if (!members.some((m) => m.name === pod.name)) return undefined;
  return {
    name: group,
    key,
    intervalMs,
    ...listenerOf(pod, sharing),
    members: members.map((m) => ({ pod: m.name, ...listenerOf(m, sharing) })),
  };
}

/** The keys that the operator made, by group. */
export function keysOf(secrets: readonly Secret[], groups: ReadonlySet<string>): Map<string, Uint8Array> {
  const byName = new Map(secrets.map((s) => [s.metadata.name, s]));
  return new Map(
    [...groups].flatMap((group) => {
      const key = Buffer.from(byName.get(secretOf(group))?.data?.[keyField] ?? "", "base64");
      return key.length === keyBytes ? [[group, Uint8Array.from(key)] as const] : [];
    }),
  );
}
