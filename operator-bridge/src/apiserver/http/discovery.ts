// SPDX-License-Identifier: Apache-2.0
// What this server serves, for clients that ask first: /api, /apis and below.
import { pathNotFound } from "../errors.ts";
import type { Registry } from "../resources/registry.ts";
import { apiVersionOf, type ResourceType } from "../resources/types.ts";

const objectVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const subresourceVerbs = ["get", "patch", "update"];

const groupVersion = (group: string, version: string) => ({
  groupVersion: apiVersionOf({ group, version }),
  version,
});

function groupOf(registry: Registry, group: string): object {
  const versions = registry.versionsOf(group).map((version) => groupVersion(group, version));
  return { name: group, versions, preferredVersion: versions[0] };
}

function subresourcesOf(type: ResourceType): object[] {
  const { kind, plural, namespaced } = type;
  const entry = (name: string, more: object) => ({
    name: `${plural}/${name}`,
    singularName: "",
    namespaced,
    kind,
    ...more,
  });
  return [
    ...(type.status ? [entry("status", { verbs: subresourceVerbs })] : []),
    ...(type.scale
      ? [entry("scale", { kind: "Scale", group: "autoscaling", version: "v1", verbs: subresourceVerbs })]
      : []),
    ...(plural === "pods" ? [entry("binding", { kind: "Binding", verbs: ["create"] })] : []),
  ];
}

function resourceOf(type: ResourceType): object {
  const { plural, singular, kind, namespaced, shortNames, categories } = type;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: objectVerbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
}

function resourceList(registry: Registry, group: string, version: string): object {
  const types = registry.typesOf(group, version);
  if (types.length === 0) throw pathNotFound();
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: types.flatMap((type) => [resourceOf(type), ...subresourcesOf(type)]),
  };
}

/** The discovery document at a path; undefined when the path is not one of discovery's. */
export function discoveryDocument(segments: string[], registry: Registry): object | undefined {
  const [root, first, second, ...rest] = segments;
  if (rest.length > 0) return undefined;
  if (root === "api" && second === undefined) {
    if (first !== undefined) return resourceList(registry, "", first);
    return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  }
  if (root !== "apis") return undefined;
  if (first === undefined)
    return {
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: registry.groups.map((group) => groupOf(registry, group)),
    };
  if (second !== undefined) return resourceList(registry, first, second);
  if (!registry.groups.includes(first)) throw pathNotFound();
  return { kind: "APIGroup", apiVersion: "v1", ...groupOf(registry, first) };
}
