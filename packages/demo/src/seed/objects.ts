// SPDX-License-Identifier: Apache-2.0
// The demo's platform as Kubernetes objects. Pure.
import { apiVersion, type FunctionSet, type Gateway, systemNamespace, type Tenant } from "@nfaas/domain";
import { attachmentsOf, type Realm, realms } from "../realms.ts";

const companies = realms.filter((realm): realm is Realm & { tenantId: number } => realm.tenantId !== null);

const tenant = ({ name, displayName, tenantId }: (typeof companies)[number]): Tenant => ({
  apiVersion,
  kind: "Tenant",
  metadata: { name },
  spec: { tenantId, displayName, attachments: attachmentsOf(name) },
});

/** The root namespace's end of a lab host's veth pair; Linux allows 15 characters. */
type Side = "client" | "server" | "tap";
const interfaceOf = (instance: string, company: string, side: Side): string =>
  `${instance}-${company.slice(0, 1)}-${side.slice(0, 1)}`;

const gateway = (instance: string, name: string, ...sides: Side[]): Gateway => ({
  apiVersion,
  kind: "Gateway",
  metadata: { name, namespace: systemNamespace },
  spec: {
    edgePorts: companies.flatMap((company) =>
      sides.map((side) => ({
        name: `${company.name}-${side}`,
        interface: interfaceOf(instance, company.name, side),
      })),
    ),
  },
});

const shared = (name: string, replicas: number): FunctionSet => ({
  apiVersion,
  kind: "FunctionSet",
  metadata: { name: `${name}-shared`, namespace: systemNamespace },
  spec: { function: name, replicas },
});

/** @param instance short id of the instance, as in the names of the lab's interfaces */
export const demoObjects = (instance: string) => ({
  tenants: companies.map(tenant),
  gateways: [gateway(instance, "west", "client"), gateway(instance, "east", "server", "tap")],
  // Every function of the catalogue can be drawn. One rate limiter: a rate holds for each replica of its own.
  functionSets: [
    shared("firewall", 2),
    shared("rate-limiter", 1),
    shared("classifier", 1),
    shared("nat", 1),
    shared("web-gateway", 1),
    shared("mirror", 1),
  ],
});
