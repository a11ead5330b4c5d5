// SPDX-License-Identifier: Apache-2.0
import {
  apiVersion,
  type DataplaneNode,
  labels,
  type PodView,
  type ServiceChain,
  type ServiceChainView,
  type Tenant,
} from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { hasNoShare, type Observed, observeProgress } from "./observe.ts";
import { type Platform, resolveChain } from "./resolve.ts";

const attachment = (name: string, gateway: string) => ({
  name,
  gateway,
  edgePort: name,
  address: "10.0.1.1/24",
  prefixes: [],
});
const tenant: Tenant = {
  apiVersion,
  kind: "Tenant",
  metadata: { name: "acme" },
  spec: {
    tenantId: 1,
    displayName: "Acme",
    attachments: [
      attachment("in", "west"),
      attachment("out", "west"),
      attachment("far-in", "far"),
      attachment("far-out", "far"),
    ],
  },
};

/** Chain "web" sends what is TCP into chain "far". */
const chain = (name: string, ends: string[], enter?: string): ServiceChain => ({
  apiVersion,
  kind: "ServiceChain",
  metadata: { name, namespace: "tenant-acme", creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: {
    tenant: "acme",
    revision: 1,
    nodes: [
      { name: "a", attachment: ends[0] },
      {
        name: "f",
        function: "classifier",
        functionSet: `${name}-set`,
        config: { classes: [{ output: "tcp", match: { protocol: "tcp" }, ...(enter ? { enter } : {}) }] },
      },
      { name: "b", attachment: ends[1] },
    ],
    edges: [
      { name: "e", from: "a", to: "f" },
      { name: "g", from: "f", to: "b" },
      { name: "h", from: "f", to: "b", output: "tcp" },
    ],
  },
});
const web = chain("web", ["in", "out"], "far");
const far = chain("far", ["far-in", "far-out"]);

const viewOf = ({ metadata, spec }: ServiceChain, viewId: number): ServiceChainView => ({
  apiVersion,
  kind: "ServiceChainView",
  metadata: { name: `${metadata.name}-1`, namespace: "tenant-acme", uid: `uid-${viewId}` },
  spec: {
    tenant: "acme",
    tenantId: 1,
    chain: metadata.name,
    viewId,
    sequence: 1,
    revision: 1,
    weight: 100,
    nodes: spec.nodes.map((n, i) => ({ ...n, forwardSi: 255 - i, reverseSi: 253 + i })),
    edges: spec.edges,
  },
});
const [webView, farView] = [viewOf(web, 1), viewOf(far, 2)];

const where: Record<string, Record<string, string>> = {
  "gw-west": { [labels.gateway]: "west" },
  "gw-far": { [labels.gateway]: "far" },
  "web-set-0": { [labels.functionSet]: "web-set" },
  "far-set-0": { [labels.functionSet]: "far-set" },
};

/** Every pod has both views, but for what is said of some. */
function observed(said: Record<string, Partial<PodView>[]> = {}): Observed {
  const entry = (view: ServiceChainView): PodView => ({
    view: `tenant-acme/${view.metadata.name}`,
    uid: view.metadata.uid ?? "",
    programmed: true,
  });
  const pods = Object.keys(where).map((name) => ({
    name,
    function: "",
    ready: true,
    fabricAddress: "",
    restarts: 0,
    views: [webView, farView].map((v, i) => ({ ...entry(v), ...said[name]?.[i] })),
  }));
  const node: DataplaneNode = {
    apiVersion,
    kind: "DataplaneNode",
    metadata: { name: "n" },
    spec: {},
    status: { pods },
  };
  const objects = Object.entries(where).map(([name, of]) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "nfaas-system", labels: of },
    spec: { containers: [] },
  }));
  return {
    tenants: [tenant],
    pods: objects as unknown as Observed["pods"],
    nodes: [node],
    views: [webView, farView],
  };
}

describe("chains of which one enters the other", () => {
  it("are programmed when the pods where packets go over have both", () => {
    expect(observeProgress(webView, observed()).programmed).toBe(true);
    expect(observeProgress(webView, observed({ "far-set-0": [{ programmed: false }] }))).toMatchObject({
      programmed: false,
      obstacle: { subject: "pod far-set-0" },
    });
    expect(observeProgress(farView, observed({ "web-set-0": [{}, { programmed: false }] })).programmed).toBe(
      false,
    );
  });
  it("do not wait for pods of each other's that have nothing to do with it", () => {
    expect(observeProgress(farView, observed({ "gw-west": [{}, { programmed: false }] })).programmed).toBe(
      true,
    );
  });
  it("drain when the pods that enter them have moved on too", () => {
    const gateways = { "gw-far": [{}, { share: 0 }] };
    expect(hasNoShare(farView, observed({ ...gateways, "web-set-0": [{}, { share: 100 }] }))).toBe(false);
    expect(hasNoShare(farView, observed({ ...gateways, "web-set-0": [{}, { share: 0 }] }))).toBe(true);
  });
});

describe("a chain that enters another", () => {
  const platform = (...chains: ServiceChain[]): Platform => ({
    tenants: [tenant],
    networkFunctions: [
      {
        apiVersion,
        kind: "NetworkFunction",
        metadata: { name: "classifier" },
        spec: { displayName: "", description: "", outputs: [] },
      },
    ],
    functionSets: ["web-set", "far-set"].map((name) => ({
      apiVersion,
      kind: "FunctionSet" as const,
      metadata: { name },
      spec: { function: "classifier", replicas: 1 },
    })),
    gateways: ["west", "far"].map((name) => ({
      apiVersion,
      kind: "Gateway" as const,
      metadata: { name },
      spec: { edgePorts: [] },
    })),
    chains,
    views: [],
  });
  it("is accepted when that is another one of the tenant, also while the two enter each other", () => {
    expect(resolveChain(web, platform(web, far))).toMatchObject({ ok: true });
    const back = chain("far", ["far-in", "far-out"], "web");
    expect(resolveChain(web, platform(web, back))).toMatchObject({ ok: true });
  });
  it.each([
    ["is not there", platform(web)],
    [
      "is another tenant's",
      platform(web, { ...far, metadata: { ...far.metadata, namespace: "tenant-globex" } }),
    ],
    [
      "goes",
      platform(web, { ...far, metadata: { ...far.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } }),
    ],
  ])("is refused by name when that %s", (_what, world) => {
    expect(resolveChain(web, world)).toMatchObject({
      ok: false,
      rejection: { reason: "UnknownChain", message: expect.stringContaining("NF802") },
    });
  });
  it("is refused when that begins at several attachments", () => {
    const wide = structuredClone(far);
    wide.spec.nodes.push({ name: "c", attachment: "out" });
    wide.spec.edges.push({ name: "i", from: "c", to: "f" });
    expect(resolveChain(web, platform(web, wide))).toMatchObject({
      ok: false,
      rejection: { reason: "AmbiguousChain" },
    });
  });
  it("does not enter itself", () => {
    const loop = chain("web", ["in", "out"], "web");
    expect(resolveChain(loop, platform(loop, far))).toMatchObject({ rejection: { reason: "UnknownChain" } });
  });
});
