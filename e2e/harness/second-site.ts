// SPDX-License-Identifier: Apache-2.0
import type { Gateway, Tenant } from "@nfaas/domain";
import { createHost, runCommand } from "@nfaas/lab";
import type { RunningInstance } from "./instance.ts";

/** acme's attachments of a second site, so that it can have a second chain; "far" is where that one ends. */
const site = { branch: "10.0.7", far: "10.0.8" } as const;
export const farHost = `${site.far}.10`;

const gateway = ["gateways.nfaas.io", "east", "-n", "nfaas-system"];
const tenant = ["tenants.nfaas.io", "acme"];

const merge = (nfaas: RunningInstance, object: readonly string[], spec: object) =>
  nfaas.kubectl("patch", ...object, "--type=merge", "--patch", JSON.stringify({ spec }));

/** Makes the site's hosts and attaches them to gateway east; gives what takes all of it away. */
export async function addSecondSite(nfaas: RunningInstance): Promise<() => Promise<void>> {
  const { id } = nfaas.instance;
  const hosts = Object.entries(site).map(([name, network]) => ({
    name,
    network,
    namespace: `${id}-acme-${name}`,
    edgeInterface: `${id}-a-${name}`, // at most 15 characters
    address: `${network}.10`,
    prefixLength: 24,
    router: `${network}.1`,
  }));
  for (const host of hosts) await createHost(host);
  const { edgePorts } = (await nfaas.get<Gateway>(...gateway)).spec;
  const { attachments } = (await nfaas.get<Tenant>(...tenant)).spec;
  const ports = hosts.map(({ name, edgeInterface }) => ({ name: `acme-${name}`, interface: edgeInterface }));
  await merge(nfaas, gateway, { edgePorts: [...edgePorts, ...ports] });
  const more = hosts.map(({ name, network, router }) => ({
    name,
    gateway: "east",
    edgePort: `acme-${name}`,
    address: `${router}/24`,
    prefixes: [`${network}.0/24`],
  }));
  await merge(nfaas, tenant, { attachments: [...attachments, ...more] });
  return async () => {
    await merge(nfaas, tenant, { attachments });
    await merge(nfaas, gateway, { edgePorts });
    for (const { namespace } of hosts) await runCommand("ip", "netns", "delete", namespace);
  };
}
