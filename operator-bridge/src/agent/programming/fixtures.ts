// SPDX-License-Identifier: Apache-2.0
// Small objects for tests.
import { apiVersion, type Gateway, type ServiceChainView, type Tenant } from "@nfaas/domain";
import { type BuildOptions, buildDesiredState, type Snapshot } from "./desired-state.ts";
import { noExclusions } from "./exclusions.ts";
import type { FabricPod } from "./placement.ts";

interface ViewOptions {
  sequence: number;
  weight: number;
  tenant?: string;
  chain?: string;
  attachments?: string[];
  config?: object;
}

export function view({
  sequence,
  weight,
  tenant: owner = "acme",
  chain = "web",
  attachments = ["client", "server"],
  config = { rules: [], defaultAction: "allow" },
}: ViewOptions): ServiceChainView {
  const [first = "client", ...rest] = attachments;
  return {
    apiVersion,
    kind: "ServiceChainView",
    metadata: { name: `${chain}-${sequence}`, namespace: `tenant-${owner}`, uid: `uid-${sequence}` },
    spec: {
      tenant: owner,
      tenantId: owner === "acme" ? 1 : 2,
      chain,
      viewId: sequence,
      sequence,
      revision: sequence,
      weight,
      nodes: [
        { name: "in", attachment: first, forwardSi: 255, reverseSi: 253 - rest.length + 1 },
        {
          name: "fw",
          function: "firewall",
          functionSet: "firewall-shared",
          config: config as never,
          forwardSi: 254,
          reverseSi: 254,
        },
        ...rest.map((attachment, i) => ({
          name: `out-${i}`,
          attachment,
          forwardSi: 253 - i,
          reverseSi: 255 - i,
        })),
      ],
      edges: [
        { name: "a", from: "in", to: "fw" },
        ...rest.map((_, i) => ({ name: `b${i}`, from: "fw", to: `out-${i}` })),
      ],
    },
  };
}

export const tenant = (name = "acme", tenantId = 1): Tenant => ({
  apiVersion,
  kind: "Tenant",
  metadata: { name },
  spec: {
    tenantId,
    displayName: name,
    attachments: [
      {
        name: "client",
        gateway: "west",
        edgePort: `${name}-client`,
        address: "10.0.1.1/24",
        prefixes: ["10.0.1.0/24"],
      },
      {
        name: "server",
        gateway: "east",
        edgePort: `${name}-server`,
        address: "10.0.2.1/24",
        prefixes: ["10.0.2.0/24"],
      },
    ],
  },
});

const gateway = (name: string, ports: string[]): Gateway => ({
  apiVersion,
  kind: "Gateway",
  metadata: { name, namespace: "nfaas-system" },
  spec: { edgePorts: ports.map((port) => ({ name: port, interface: `if-${port}`.slice(0, 15) })) },
});

export const pod = (name: string, address: string, where: Partial<FabricPod>): FabricPod => ({
  name,
  uid: `uid-${name}`,
  address,
  function: where.gateway === undefined ? "firewall" : "gateway",
  ready: true,
  cordoned: false,
  refused: new Set(),
  ...where,
});

export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    pods: [
      pod("gateway-west", "100.64.0.1", { gateway: "west" }),
      pod("gateway-east", "100.64.0.2", { gateway: "east" }),
      pod("firewall-shared-0", "100.64.0.3", { functionSet: "firewall-shared" }),
      pod("firewall-shared-1", "100.64.0.4", { functionSet: "firewall-shared" }),
    ],
    tenants: new Map([
      ["acme", tenant()],
      ["globex", tenant("globex", 2)],
    ]),
    gateways: new Map([
      ["west", gateway("west", ["acme-client", "globex-client"])],
      ["east", gateway("east", ["acme-server", "globex-server"])],
    ]),
    views: [],
    ...change,
  };
}

/** Two views of one chain; the first has all packets. */
export const live = snapshot({
  views: [view({ sequence: 1, weight: 100 }), view({ sequence: 2, weight: 0 })],
});

export const build = (pod: string, world: Snapshot, options: Partial<BuildOptions> = {}) =>
  buildDesiredState(world.pods.find((p) => p.name === pod)!, world, {
    exclusions: noExclusions,
    fresh: false,
    ...options,
  });
