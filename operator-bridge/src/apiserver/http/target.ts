// SPDX-License-Identifier: Apache-2.0
import { pathNotFound } from "../errors.ts";
import type { Registry } from "../resources/registry.ts";
import type { ResourceType } from "../resources/types.ts";

/** What a resource path points at. */
export interface Target {
  type: ResourceType;
  /** "" = cluster-scoped, or all namespaces. */
  namespace: string;
  /** undefined = the collection. */
  name: string | undefined;
  subresource: string | undefined;
}

/** Resolves /api/v1/... and /apis/<group>/<version>/...; 404 for what is not served. */
export function resolveTarget(segments: string[], registry: Registry): Target {
  const [root, ...rest] = segments;
  const group = root === "apis" ? rest.shift() : "";
  const version = rest.shift();
  if ((root !== "api" && root !== "apis") || group === undefined || version === undefined)
    throw pathNotFound();
  // namespaces/<name>/<plural>/... names a namespaced resource; namespaces/<name>/status the namespace's own.
  const [, , inner] = rest;
  if (rest[0] === "namespaces" && inner !== undefined) {
    const type = registry.find(group, version, inner);
    if (type?.namespaced) return target(type, rest[1]!, rest.slice(3));
  }
  const type = registry.find(group, version, rest[0] ?? "");
  if (!type) throw pathNotFound();
  const tail = rest.slice(1);
  if (type.namespaced && tail.length > 0) throw pathNotFound();
  return target(type, "", tail);
}

function target(type: ResourceType, namespace: string, tail: string[]): Target {
  if (tail.length > 2) throw pathNotFound();
  return { type, namespace, name: tail[0], subresource: tail[1] };
}
