// SPDX-License-Identifier: Apache-2.0

/** The demo's tenants. Their hosts have the same addresses on purpose: only the tenant tells them apart. */
export const labTenants = ["acme", "globex"] as const;
export type LabTenant = (typeof labTenants)[number];

/** `tap` gets the copies of mirrors. */
const labSides = ["client", "server", "tap"] as const;
export type LabSide = (typeof labSides)[number];

/** One Linux host: a network namespace whose only interface, eth0, is a veth to a gateway's edge port. */
export interface LabHost {
  readonly tenant: LabTenant;
  readonly side: LabSide;
  readonly namespace: string;
  /** The veth's other end, in the root namespace: the edge port of the gateway. At most 15 characters (IFNAMSIZ). */
  readonly edgeInterface: string;
  readonly address: string;
  readonly prefixLength: number;
  readonly router: string;
  /** Its prefix is 64 bits long; absent = the host speaks IPv4 only. */
  readonly ipv6?: { readonly address: string; readonly router: string };
}

type Addresses = Pick<LabHost, "address" | "router" | "ipv6">;

const subnets: Readonly<Record<LabSide, Addresses>> = {
  client: {
    address: "10.0.1.10",
    router: "10.0.1.1",
    ipv6: { address: "2001:db8:1::10", router: "2001:db8:1::1" },
  },
  server: {
    address: "10.0.2.10",
    router: "10.0.2.1",
    ipv6: { address: "2001:db8:2::10", router: "2001:db8:2::1" },
  },
  tap: { address: "10.0.9.10", router: "10.0.9.1" },
};

export const serverAddress = subnets.server.address;
export const serverAddress6 = subnets.server.ipv6?.address ?? "";
export const httpPorts = [80, 81] as const;
export const iperfPort = 5201;

/** @param instance the id all names of this instance begin with, at most 6 characters of [a-z0-9] */
export function labHost(instance: string, tenant: LabTenant, side: LabSide): LabHost {
  return {
    tenant,
    side,
    namespace: `${instance}-${tenant}-${side}`,
    edgeInterface: `${instance}-${tenant[0]}-${side[0]}`,
    prefixLength: 24,
    ...subnets[side],
  };
}

export function labHosts(instance: string): LabHost[] {
  return labTenants.flatMap((tenant) => labSides.map((side) => labHost(instance, tenant, side)));
}
