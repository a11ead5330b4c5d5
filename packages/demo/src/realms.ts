// SPDX-License-Identifier: Apache-2.0
// Who exists in the demo. Each realm has an identity provider (issuer) of its own, as real companies have.
import type { Tenant } from "@nfaas/domain";

export interface Realm {
  /** Name of the provider and, of a company, of its tenant. */
  name: string;
  displayName: string;
  mailDomain: string;
  /** Null = the people who run the service. */
  tenantId: number | null;
}

export const realms: readonly Realm[] = [
  { name: "acme", displayName: "Acme Corporation", mailDomain: "acme.example", tenantId: 1 },
  { name: "globex", displayName: "Globex Industries", mailDomain: "globex.example", tenantId: 2 },
  { name: "platform", displayName: "NFaaS platform", mailDomain: "nfaas.example", tenantId: null },
];

const fullNames: Record<string, string> = {
  "alice@acme.example": "Alice Archer",
  "bob@acme.example": "Bob Barker",
  "gina@globex.example": "Gina Gates",
  "op@nfaas.example": "Olga Petrova",
};
export const fullNameOf = (email: string): string => fullNames[email] ?? email;

/** Both companies use the same addresses, on purpose: nothing of one may ever reach the other. */
export const attachmentsOf = (tenant: string): Tenant["spec"]["attachments"] => [
  {
    name: "client",
    gateway: "west",
    edgePort: `${tenant}-client`,
    address: "10.0.1.1/24",
    address6: "2001:db8:1::1/64",
    prefixes: ["10.0.1.0/24"],
  },
  {
    name: "server",
    gateway: "east",
    edgePort: `${tenant}-server`,
    address: "10.0.2.1/24",
    address6: "2001:db8:2::1/64",
    prefixes: ["10.0.2.0/24"],
  },
  {
    name: "tap",
    gateway: "east",
    edgePort: `${tenant}-tap`,
    address: "10.0.9.1/24",
    prefixes: ["10.0.9.0/24"],
    tap: { collector: "10.0.9.10" },
  },
];
