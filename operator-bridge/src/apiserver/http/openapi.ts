// SPDX-License-Identifier: Apache-2.0
// OpenAPI as far as kubectl reads it: which parameters and patches a resource takes, and its fields for `explain`.
import { createHash } from "node:crypto";
import { pathNotFound } from "../errors.ts";
import type { Registry } from "../resources/registry.ts";
import { apiVersionOf, type ResourceType } from "../resources/types.ts";
import type { StructuralSchema } from "../schema/structural.ts";

const info = { title: "NFaaS embedded Kubernetes API", version: "v1" };
const gvkField = "x-kubernetes-group-version-kind";

const gvkOf = ({ group, version, kind }: ResourceType) => ({ group, version, kind });
const schemaName = ({ group, version, kind }: ResourceType) =>
  [...group.split(".").reverse(), version, kind].filter(Boolean).join(".");

const objectFields: Record<string, StructuralSchema> = {
  apiVersion: { type: "string", description: "The version of this representation of the object." },
  kind: { type: "string", description: "The kind of the object." },
  metadata: {
    type: "object",
    description: "Name, namespace, labels, annotations and what the server keeps.",
  },
};

function schemaOf(type: ResourceType): object {
  const open: StructuralSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const own = type.rules?.schema ?? open;
  return { ...own, properties: { ...own.properties, ...objectFields }, [gvkField]: [gvkOf(type)] };
}

// Strategic merge is left out: kubectl would then look for merge keys in our schemas of the built-in kinds, which say
// nothing of them. Without it kubectl takes the keys it knows itself.
const advertisedPatchTypes = ["application/json-patch+json", "application/merge-patch+json"];

const queryParameter = (name: string) => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
});
const writeParameters = ["dryRun", "fieldManager", "fieldValidation"].map(queryParameter);

function operation(type: ResourceType, action: string, requestTypes: string[] = []): object {
  const schema = { $ref: `#/components/schemas/${schemaName(type)}` };
  const content = Object.fromEntries(requestTypes.map((mediaType) => [mediaType, { schema }]));
  return {
    ...(requestTypes.length > 0 && { requestBody: { content, required: true } }),
    responses: { 200: { description: "OK", content: { "application/json": { schema } } } },
    "x-kubernetes-action": action,
    [gvkField]: gvkOf(type),
  };
}

function pathsOf(type: ResourceType): Record<string, object> {
  const root = `${type.group ? "/apis" : "/api"}/${apiVersionOf(type)}`;
  const collection = `${root}${type.namespaced ? "/namespaces/{namespace}" : ""}/${type.plural}`;
  const json = ["application/json"];
  return {
    [collection]: {
      get: operation(type, "list"),
      post: { ...operation(type, "post", json), parameters: writeParameters },
    },
    [`${collection}/{name}`]: {
      get: operation(type, "get"),
      put: { ...operation(type, "put", json), parameters: writeParameters },
      patch: { ...operation(type, "patch", advertisedPatchTypes), parameters: writeParameters },
      delete: operation(type, "delete"),
    },
  };
}

function groupDocument(types: ResourceType[]): object {
  return {
    openapi: "3.0.0",
    info,
    paths: Object.assign({}, ...types.map(pathsOf)),
    components: { schemas: Object.fromEntries(types.map((type) => [schemaName(type), schemaOf(type)])) },
  };
}

const pathOf = (group: string, version: string): string =>
  group ? `apis/${group}/${version}` : `api/${version}`;

function index(registry: Registry): object {
  const paths: Record<string, object> = {};
  for (const group of ["", ...registry.groups])
    for (const version of registry.versionsOf(group)) {
      const path = pathOf(group, version);
      const text = JSON.stringify(groupDocument(registry.typesOf(group, version)));
      const hash = createHash("sha256").update(text).digest("hex");
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
    }
  return { paths };
}

function swagger(registry: Registry): object {
  const definitions = Object.fromEntries(registry.types.map((type) => [schemaName(type), schemaOf(type)]));
  return { swagger: "2.0", info, paths: {}, definitions };
}

/** The OpenAPI document at a path; 404 for a group version that is not served. */
export function openApiDocument(segments: string[], registry: Registry): object {
  const [, version, root, ...rest] = segments;
  if (version === "v2" && root === undefined) return swagger(registry);
  if (version !== "v3") throw pathNotFound();
  if (root === undefined) return index(registry);
  const [group, groupVersion] = root === "api" ? ["", rest[0]] : rest;
  const types = registry.typesOf(group ?? "", groupVersion ?? "");
  if (types.length === 0) throw pathNotFound();
  return groupDocument(types);
}
