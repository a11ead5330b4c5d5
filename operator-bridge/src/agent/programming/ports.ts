// SPDX-License-Identifier: Apache-2.0
// The ports of a pod: its links to other pods, and a gateway's edge ports. Pure.
import { create } from "@bufbuild/protobuf";
import {
  EdgeDriver,
  type EdgePort,
  EdgePortSchema,
  type FabricLink,
  FabricLinkSchema,
} from "../generated/nfaas_dataplane_pb.ts";
import { hostAddress, macOf } from "./addresses.ts";
import { byName } from "./by-name.ts";
import type { Snapshot } from "./desired-state.ts";
import type { Exclusions } from "./exclusions.ts";
import type { FabricPod } from "./placement.ts";

/** A memif link to every other pod; of each pair, the lexicographically smaller name listens. */
export function buildLinks(pod: FabricPod, { pods }: Snapshot, exclusions: Exclusions): FabricLink[] {
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

export function buildEdgePorts(pod: FabricPod, { gateways }: Snapshot, exclusions: Exclusions): EdgePort[] {
  const ports = pod.gateway === undefined ? [] : (gateways.get(pod.gateway)?.spec.edgePorts ?? []);
  return ports
    .filter((p) => !exclusions.edgePorts.has(p.name))
    .sort(byName)
    .map((p) =>
      create(EdgePortSchema, { name: p.name, interface: p.interface, driver: EdgeDriver.AF_PACKET }),
    );
}
