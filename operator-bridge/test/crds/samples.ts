// SPDX-License-Identifier: Apache-2.0
// One full object of each kind, as the domain's types have it: every optional field is there, so that the schemas are
// held to all of them.
import {
  apiVersion,
  type Condition,
  type DataplaneNode,
  type FunctionSet,
  type Gateway,
  type NetworkFunction,
  type NfaasObject,
  type ServiceChain,
  type ServiceChainEdge,
  type ServiceChainNode,
  type ServiceChainView,
  type Tenant,
} from "@nfaas/domain";

/** All fields present, at every depth. */
type Full<T> = T extends readonly (infer U)[]
  ? Full<U>[]
  : T extends Record<string, never>
    ? T
    : T extends object
      ? { [K in keyof T]-?: Full<NonNullable<T[K]>> }
      : T;
type FullObject<T extends NfaasObject> = Omit<T, "spec" | "status"> & {
  spec: Full<T["spec"]>;
  status: Full<NonNullable<T["status"]>>;
};

const conditions: Full<Condition>[] = [
  {
    type: "Ready",
    status: "True",
    reason: "Live",
    message: "it is",
    observedGeneration: 1,
    lastTransitionTime: "2026-01-01T00:00:00Z",
  },
];

export const tenant: FullObject<Tenant> = {
  apiVersion,
  kind: "Tenant",
  metadata: { name: "sample" },
  spec: {
    tenantId: 16_777_215,
    displayName: "Sample",
    cpuWeight: 200,
    attachments: [
      {
        name: "client",
        gateway: "west",
        edgePort: "edge",
        vlan: 7,
        address: "10.0.1.1/24",
        address6: "2001:db8:1::1/64",
        prefixes: ["10.0.1.0/24", "2001:db8::/32"],
        directReturn: { servers: [{ name: "web-1", address: "10.0.1.11", weight: 50 }] },
        tap: { collector: "10.0.1.12" },
      },
    ],
  },
  status: { conditions },
};

export const networkFunction: FullObject<NetworkFunction> = {
  apiVersion,
  kind: "NetworkFunction",
  metadata: { name: "sample" },
  spec: {
    displayName: "Sample",
    description: "does nothing",
    configSchema: { type: "object", properties: { deep: { type: "string" } } },
    outputs: ["clean", "dirty"],
    cost: { cyclesPerPacket: 500, cyclesPerKilobyte: 600, cyclesPerNewFlow: 100 },
  },
  status: { conditions },
};

export const functionSet: FullObject<FunctionSet> = {
  apiVersion,
  kind: "FunctionSet",
  metadata: { name: "sample", namespace: "default" },
  spec: {
    function: "firewall",
    replicas: 2,
    tenant: "acme",
    image: "nfaas/dataplane:next",
    cpus: 4,
    memoryMebibytes: 1_024,
    drainSeconds: 60,
  },
  status: { conditions, replicas: 2, readyReplicas: 1, updatedReplicas: 1 },
};

export const gateway: FullObject<Gateway> = {
  apiVersion,
  kind: "Gateway",
  metadata: { name: "sample", namespace: "default" },
  spec: { edgePorts: [{ name: "edge", interface: "nf12ab-a-c" }], stateGroup: "edge" },
  status: { conditions },
};

const nodes: ServiceChainNode[] = [
  { name: "client", attachment: "client" },
  {
    name: "fw",
    function: "firewall",
    functionSet: "firewall-shared",
    config: {
      rules: [{ name: "web", action: "allow", protocol: "tcp", destinationPorts: { first: 80, last: 81 } }],
      defaultAction: "deny",
    },
  },
  { name: "server", attachment: "server" },
];
const edges: Full<ServiceChainEdge>[] = [
  {
    name: "in",
    from: "client",
    to: "fw",
    output: "clean",
    match: {
      sources: ["10.0.1.0/24"],
      destinations: ["10.0.2.0/24"],
      protocol: "tcp",
      destinationPorts: { first: 80, last: 443 },
    },
  },
];
const active = { name: "sample-1", viewId: 255, revision: 3 };

export const serviceChain = {
  apiVersion,
  kind: "ServiceChain",
  metadata: { name: "sample", namespace: "default" },
  spec: {
    tenant: "acme",
    revision: 3,
    nodes,
    edges,
    rollout: { drainDeadlineSeconds: 5, drain: "flows", keepFlowsSeconds: 60 },
    historyLimit: 7,
  },
  status: {
    observedGeneration: 1,
    conditions,
    activeView: active,
    pendingView: active,
    retired: [
      {
        ...active,
        retiredAt: "2026-01-01T00:00:00Z",
        injected: 3,
        entered: 1,
        copied: 1,
        left: 1,
        handed: 2,
        dropped: 1,
        lost: 1,
        closed: false,
      },
    ],
  },
} satisfies ServiceChain;

export const serviceChainView = {
  apiVersion,
  kind: "ServiceChainView",
  metadata: { name: "sample-1", namespace: "default" },
  spec: {
    tenant: "acme",
    tenantId: 1,
    chain: "sample",
    viewId: 255,
    sequence: 1,
    revision: 3,
    weight: 0,
    nodes: nodes.map((n, i) => ({ ...n, forwardSi: 255 - i, reverseSi: 253 + i })),
    edges,
  },
  status: { observedGeneration: 1, conditions },
} satisfies ServiceChainView;

export const dataplaneNode: FullObject<DataplaneNode> = {
  apiVersion,
  kind: "DataplaneNode",
  metadata: { name: "sample" },
  spec: {},
  status: {
    conditions,
    agentAddress: "http://127.0.0.1:9464",
    cpus: 2,
    memoryBytes: 2 ** 35,
    hugepagesFree: 0,
    virtualFunctions: 0,
    pods: [
      {
        name: "firewall-shared-0",
        uid: "4e0c8f0e-4e0c-4e0c-8e0c-4e0c8f0e4e0d",
        function: "firewall",
        ready: true,
        synced: true,
        drains: [
          { uid: "4e0c8f0e-4e0c-4e0c-8e0c-4e0c8f0e4e0e", pod: "firewall-shared-1", stage: "new-flows" },
        ],
        fabricAddress: "100.64.0.1",
        restarts: 0,
        views: [
          {
            view: "tenant-acme/sample-1",
            uid: "b1",
            programmed: true,
            reason: "Cordoned",
            message: "no",
            share: 100,
            keepsFlows: true,
            keptFlows: 7,
            conservation: { injected: 2 ** 40, entered: 1, copied: 2, left: 0, handed: 3, dropped: 0 },
          },
        ],
      },
    ],
    departed: [
      {
        view: "tenant-acme/sample-1",
        uid: "b1",
        conservation: { injected: 1, entered: 1, copied: 2, left: 0, handed: 3, dropped: 1 },
      },
    ],
  },
};
