// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install } from "../../src/install/install.ts";
import { KubernetesError } from "../../src/kubernetes/errors.ts";
import {
  dataplaneNodes,
  functionSets,
  gateways,
  type KubernetesObject,
  networkFunctions,
  type ResourceType,
  serviceChains,
  serviceChainViews,
  tenants,
} from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";
import * as samples from "./samples.ts";

// biome-ignore lint/suspicious/noExplicitAny: the point is to break objects in ways their types forbid
type Change = (object: any) => void;

interface Kind {
  type: ResourceType<KubernetesObject>;
  sample: KubernetesObject;
}
const kind = (type: unknown, sample: KubernetesObject): Kind => ({ type: type as Kind["type"], sample });
const kinds: Record<string, Kind> = {
  Tenant: kind(tenants, samples.tenant),
  NetworkFunction: kind(networkFunctions, samples.networkFunction),
  FunctionSet: kind(functionSets, samples.functionSet),
  Gateway: kind(gateways, samples.gateway),
  ServiceChain: kind(serviceChains, samples.serviceChain),
  ServiceChainView: kind(serviceChainViews, samples.serviceChainView),
  DataplaneNode: kind(dataplaneNodes, samples.dataplaneNode),
};

const refusedAtCreation: [string, keyof typeof kinds, Change, RegExp][] = [
  ["a tenantId of 0", "Tenant", (o) => (o.spec.tenantId = 0), /tenantId/],
  ["a tenantId of 25 bits", "Tenant", (o) => (o.spec.tenantId = 2 ** 24), /tenantId/],
  [
    "a tenant name too long for its namespace",
    "Tenant",
    (o) => (o.metadata.name = "a".repeat(57)),
    /at most 56/,
  ],
  ["a tenant name with a dot", "Tenant", (o) => (o.metadata.name = "a.b"), /RFC 1123/],
  [
    "two attachments of one name",
    "Tenant",
    (o) => o.spec.attachments.push(o.spec.attachments[0]),
    /Duplicate/i,
  ],
  ["an attachment without prefixes", "Tenant", (o) => (o.spec.attachments[0].prefixes = []), /prefixes/],
  [
    "direct return without a server",
    "Tenant",
    (o) => (o.spec.attachments[0].directReturn.servers = []),
    /servers/,
  ],
  [
    "a server of direct return that is a subnet",
    "Tenant",
    (o) => (o.spec.attachments[0].directReturn.servers[0].address = "2001:db8::1/64"),
    /address/,
  ],
  [
    "a server's weight above 10000",
    "Tenant",
    (o) => (o.spec.attachments[0].directReturn.servers[0].weight = 10_001),
    /weight/,
  ],
  ["more than 30 replicas", "FunctionSet", (o) => (o.spec.replicas = 31), /replicas/],
  [
    "a set name too long for socket paths",
    "FunctionSet",
    (o) => (o.metadata.name = "a".repeat(37)),
    /at most 36/,
  ],
  [
    "a gateway name too long for socket paths",
    "Gateway",
    (o) => (o.metadata.name = "a".repeat(32)),
    /at most 31/,
  ],
  [
    "an interface name above IFNAMSIZ",
    "Gateway",
    (o) => (o.spec.edgePorts[0].interface = "a".repeat(16)),
    /interface/,
  ],
  [
    "a node that is both",
    "ServiceChain",
    (o) => (o.spec.nodes[0].function = "firewall"),
    /exactly one of both/,
  ],
  ["a node that is neither", "ServiceChain", (o) => delete o.spec.nodes[0].attachment, /exactly one of both/],
  [
    "an attachment with a config",
    "ServiceChain",
    (o) => (o.spec.nodes[0].config = {}),
    /only a function node/,
  ],
  [
    "an edge from nowhere",
    "ServiceChain",
    (o) => (o.spec.edges[0].from = "ghost"),
    /lead from an existing node/,
  ],
  ["an edge to nowhere", "ServiceChain", (o) => (o.spec.edges[0].to = "ghost"), /lead to an existing node/],
  ["an edge to itself", "ServiceChain", (o) => (o.spec.edges[0].to = "client"), /never to itself/],
  ["two nodes of one name", "ServiceChain", (o) => o.spec.nodes.push(o.spec.nodes[0]), /Duplicate/i],
  ["two edges of one name", "ServiceChain", (o) => o.spec.edges.push(o.spec.edges[0]), /Duplicate/i],
  [
    "251 nodes",
    "ServiceChain",
    (o) => {
      o.spec.nodes = Array.from({ length: 251 }, (_, i) => ({ name: `n${i}`, attachment: "client" }));
      o.spec.edges = [];
    },
    /250/,
  ],
  [
    "ports the wrong way round",
    "ServiceChain",
    (o) => (o.spec.edges[0].match.destinationPorts.last = 1),
    /first port/,
  ],
  ["an unknown protocol", "ServiceChain", (o) => (o.spec.edges[0].match.protocol = "smtp"), /protocol/],
  ["a viewId of 256", "ServiceChainView", (o) => (o.spec.viewId = 256), /viewId/],
  ["a weight above 100", "ServiceChainView", (o) => (o.spec.weight = 101), /weight/],
  [
    "a view's edge to nowhere",
    "ServiceChainView",
    (o) => (o.spec.edges[0].to = "ghost"),
    /lead to an existing node/,
  ],
  ["a service index of 0", "ServiceChainView", (o) => (o.spec.nodes[0].forwardSi = 0), /forwardSi/],
];

const refusedAtChange: [string, keyof typeof kinds, Change, RegExp][] = [
  ["tenantId", "Tenant", (o) => (o.spec.tenantId = 5), /tenantId is immutable/],
  ["function", "FunctionSet", (o) => (o.spec.function = "router"), /function is immutable/],
  ["tenant", "ServiceChain", (o) => (o.spec.tenant = "globex"), /tenant is immutable/],
  ["tenant", "ServiceChainView", (o) => (o.spec.tenant = "globex"), /tenant is immutable/],
  ["tenantId", "ServiceChainView", (o) => (o.spec.tenantId = 9), /tenantId is immutable/],
  ["chain", "ServiceChainView", (o) => (o.spec.chain = "other"), /chain is immutable/],
  ["viewId", "ServiceChainView", (o) => (o.spec.viewId = 9), /viewId is immutable/],
  ["sequence", "ServiceChainView", (o) => (o.spec.sequence = 9), /sequence is immutable/],
  ["revision", "ServiceChainView", (o) => (o.spec.revision = 9), /revision is immutable/],
  [
    "a rule deep in nodes",
    "ServiceChainView",
    (o) => (o.spec.nodes[1].config.rules[0].action = "deny"),
    /nodes is immutable/,
  ],
  ["the order of nodes", "ServiceChainView", (o) => o.spec.nodes.reverse(), /nodes is immutable/],
  ["edges", "ServiceChainView", (o) => (o.spec.edges[0].match.protocol = "udp"), /edges is immutable/],
];

describe.each(kubernetesTargets())("custom resources on the $name", (target) => {
  let kubernetes: TestKubernetes;
  beforeAll(async () => {
    kubernetes = await target.start();
    await install(kubernetes.client, silent);
  });
  afterAll(() => kubernetes?.stop());

  const refusal = async (attempt: Promise<unknown>): Promise<string> => {
    const error = await attempt.then(
      () => new Error("it was taken"),
      (e: unknown) => e as Error,
    );
    expect(error).toBeInstanceOf(KubernetesError);
    expect((error as KubernetesError).reason).toBe("Invalid");
    return error.message;
  };

  it.each(Object.keys(kinds))("keeps every field the domain gives a %s", async (name) => {
    const { client } = kubernetes;
    const { type, sample } = kinds[name]!;
    const created = await client.create(type, structuredClone(sample));
    try {
      const { status } = sample as { status?: unknown };
      await client.replaceStatus(type, { ...created, status } as KubernetesObject);
      const { spec, status: kept } = (await client.get(type, sample.metadata)) as unknown as Record<
        string,
        unknown
      >;
      expect({ spec, status: kept }).toEqual({ spec: (sample as unknown as { spec: unknown }).spec, status });
    } finally {
      await client.delete(type, sample.metadata);
    }
  });

  it.each(refusedAtCreation)("refuses %s", async (_what, name, change, message) => {
    const { type, sample } = kinds[name]!;
    const object = structuredClone(sample);
    change(object);
    expect(await refusal(kubernetes.client.create(type, object))).toMatch(message);
  });

  it.each(refusedAtChange)("refuses to change %s of a %s", async (_what, name, change, message) => {
    const { client } = kubernetes;
    const { type, sample } = kinds[name]!;
    const created = await client.create(type, structuredClone(sample));
    try {
      const changed = structuredClone(created);
      change(changed);
      expect(await refusal(client.replace(type, changed))).toMatch(message);
    } finally {
      await client.delete(type, sample.metadata);
    }
  });

  it("lets only the weight of a view change", async () => {
    const { client } = kubernetes;
    const created = await client.create(serviceChainViews, structuredClone(samples.serviceChainView));
    try {
      const changed = await client.replace(serviceChainViews, {
        ...created,
        spec: { ...created.spec, weight: 100 },
      });
      expect(changed.spec.weight).toBe(100);
      expect(changed.metadata.generation).toBe(2);
    } finally {
      await client.delete(serviceChainViews, created.metadata);
    }
  });
});
