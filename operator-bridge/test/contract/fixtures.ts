// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { type Answer, type Loose, mergePatch, request } from "./client.ts";
import { eventually, type Target } from "./harness.ts";

export const targets = inject("targets");

const crdPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const text = (maxLength = 16) => ({ type: "string", maxLength });

const specSchema = {
  type: "object",
  description: "What is wanted.",
  required: ["replicas"],
  "x-kubernetes-validations": [
    {
      rule: "self.edges.all(e, self.nodes.exists(n, n.name == e.to))",
      message: "an edge names a missing node",
    },
    {
      rule: "self.replicas <= 9 || self.mode == 'safe'",
      messageExpression: "'too many for mode ' + self.mode",
    },
    {
      rule: "self.replicas != 7",
      message: "seven is taken",
      reason: "FieldValueForbidden",
      fieldPath: ".replicas",
    },
  ],
  properties: {
    replicas: { type: "integer", minimum: 1, maximum: 10 },
    id: {
      type: "integer",
      "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "id is immutable" }],
    },
    mode: { ...text(4), enum: ["fast", "safe"], default: "safe" },
    prefix: { type: "string", maxLength: 18, pattern: "^[0-9./]+$" },
    address: { type: "string", format: "ipv4" },
    port: { "x-kubernetes-int-or-string": true },
    labels: { type: "object", maxProperties: 3, additionalProperties: text() },
    tags: { type: "array", maxItems: 4, "x-kubernetes-list-type": "set", items: text() },
    nodes: {
      type: "array",
      default: [],
      maxItems: 5,
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      items: {
        type: "object",
        required: ["name"],
        properties: {
          name: text(8),
          weight: { type: "integer", default: 1 },
          kind: {
            ...text(),
            "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "kind is immutable" }],
          },
        },
      },
    },
    edges: {
      type: "array",
      default: [],
      maxItems: 5,
      items: { type: "object", required: ["to"], properties: { to: text(8) } },
    },
    config: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};

const statusSchema = {
  type: "object",
  properties: {
    replicas: { type: "integer" },
    conditions: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["type"],
      items: {
        type: "object",
        required: ["type", "status"],
        properties: { type: text(), status: text(), reason: text(), message: text(99) },
      },
    },
  },
};

/** A definition with one of everything, in a group of its own. */
export function widgetDefinition(group: string): Loose {
  const version = {
    name: "v1",
    served: true,
    storage: true,
    subresources: {
      status: {},
      scale: { specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.replicas" },
    },
    additionalPrinterColumns: [
      { name: "Replicas", type: "integer", jsonPath: ".spec.replicas" },
      { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: "Mode", type: "string", priority: 1, jsonPath: ".spec.mode" },
      { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
    ],
    schema: {
      openAPIV3Schema: {
        type: "object",
        required: ["spec"],
        properties: { spec: specSchema, status: statusSchema },
      },
    },
  };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget", shortNames: ["wd"], categories: ["all"] },
      versions: [version],
    },
  };
}

/** A namespace and a definition that nobody else uses, on one target. */
export class Playground {
  private constructor(
    readonly target: Target,
    readonly namespace: string,
    readonly group: string,
  ) {}

  static async make(target: Target): Promise<Playground> {
    const id = randomUUID().slice(0, 8);
    const playground = new Playground(target, `contract-${id}`, `g${id}.example.com`);
    await playground.send("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: playground.namespace },
    });
    await playground.define(widgetDefinition(playground.group));
    return playground;
  }

  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
    return request(this.target, method, path, body, headers);
  }

  /** Creates a definition and waits until its resource is served. */
  async define(crd: Loose): Promise<void> {
    const created = await this.send("POST", crdPath, crd);
    if (created.code !== 201) throw new Error(`the definition was refused: ${created.body.message}`);
    const { group, names, versions } = crd.spec;
    const path = `/apis/${group}/${versions[0].name}/${names.plural}`;
    await eventually(
      async () => ((await this.send("GET", path)).code === 200 ? true : undefined),
      "definition",
    );
  }

  get widgets(): string {
    return `/apis/${this.group}/v1/namespaces/${this.namespace}/widgets`;
  }

  widget(name: string, spec: object = { replicas: 1 }, metadata: object = {}): Loose {
    return { apiVersion: `${this.group}/v1`, kind: "Widget", metadata: { name, ...metadata }, spec };
  }

  /** Creates a widget that must be accepted. */
  async create(name: string, spec?: object, metadata?: object): Promise<Loose> {
    const answer = await this.send("POST", this.widgets, this.widget(name, spec, metadata));
    if (answer.code !== 201) throw new Error(`the widget was refused: ${answer.body.message}`);
    return answer.body;
  }

  get(name: string): Promise<Answer> {
    return this.send("GET", `${this.widgets}/${name}`);
  }

  patch(name: string, patch: object, headers: Record<string, string> = mergePatch): Promise<Answer> {
    return this.send("PATCH", `${this.widgets}/${name}`, patch, headers);
  }
}

/**
 * The causes that name a field, as "reason field". The real server repeats some and adds one without a field that says
 * that rules were not looked at; what both must agree on are the offending fields.
 */
export function causesOf(answer: Answer): string[] {
  const causes: { reason: string; field?: string }[] = answer.body.details?.causes ?? [];
  const named = causes.filter(({ field }) => field && field !== "<nil>" && !field.startsWith("."));
  return [...new Set(named.map(({ reason, field }) => `${reason} ${field}`))].sort();
}
