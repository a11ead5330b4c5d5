// SPDX-License-Identifier: Apache-2.0
// Kubernetes' strategic merge patch for the built-in kinds: as RFC 7386, but lists with a merge key merge by element.
import { deepEqual, isObject } from "../objects.ts";

type Fields = Record<string, unknown>;

/** The lists that merge, by field name; "" = a set of primitives. All others are replaced. */
const mergeKeys: Record<string, string> = {
  finalizers: "",
  ownerReferences: "uid",
  conditions: "type",
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  volumes: "name",
  env: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  ports: "containerPort",
  imagePullSecrets: "name",
  hostAliases: "ip",
  podIPs: "ip",
  addresses: "type",
  taints: "key",
  secrets: "name",
};

const directive = /^\$(patch|retainKeys|setElementOrder\/.*|deleteFromPrimitiveList\/.*)$/;

function mergeList(target: unknown[], patch: unknown[], key: string): unknown[] {
  if (patch.some((item) => isObject(item) && item.$patch === "replace"))
    return patch.filter((item) => !(isObject(item) && item.$patch === "replace"));
  if (key === "")
    return [...target, ...patch.filter((item) => !target.some((other) => deepEqual(item, other)))];
  const result = [...target];
  for (const item of patch) {
    if (!isObject(item)) continue;
    const index = result.findIndex((other) => isObject(other) && deepEqual(other[key], item[key]));
    if (item.$patch === "delete") {
      if (index >= 0) result.splice(index, 1);
    } else if (index >= 0) result[index] = applyStrategicMerge(result[index], item);
    else result.push(applyStrategicMerge({}, item));
  }
  return result;
}

/** Puts a merged list in the order the sender wants; elements it did not name stay behind those it did. */
function reorder(list: unknown[], order: unknown[], key: string): unknown[] {
  const identity = (item: unknown): unknown => (key && isObject(item) ? item[key] : item);
  const rank = (item: unknown): number => {
    const index = order.findIndex((other) => deepEqual(identity(other), identity(item)));
    return index < 0 ? order.length : index;
  };
  return [...list].sort((left, right) => rank(left) - rank(right));
}

function applyDirectives(result: Fields, patch: Fields): void {
  for (const [name, value] of Object.entries(patch)) {
    const [kind, field] = name.split("/") as [string, string | undefined];
    const list = field === undefined ? undefined : result[field];
    if (!field || !Array.isArray(value) || !Array.isArray(list)) continue;
    if (kind === "$deleteFromPrimitiveList")
      result[field] = list.filter((item) => !value.some((other) => deepEqual(item, other)));
    if (kind === "$setElementOrder") result[field] = reorder(list, value, mergeKeys[field] ?? "");
  }
}

/** Returns a new value; `target` stays as it was. */
export function applyStrategicMerge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const fields = Object.entries(patch).filter(([field]) => !directive.test(field));
  if (patch.$patch === "replace") return Object.fromEntries(fields);
  if (patch.$patch === "delete") return {};
  let result: Fields = isObject(target) ? { ...target } : {};
  if (Array.isArray(patch.$retainKeys)) {
    const keep = patch.$retainKeys;
    result = Object.fromEntries(Object.entries(result).filter(([field]) => keep.includes(field)));
  }
  for (const [field, value] of fields) {
    const was = result[field];
    const key = mergeKeys[field];
    if (value === null) delete result[field];
    else if (Array.isArray(value) && key !== undefined)
      result[field] = mergeList(Array.isArray(was) ? was : [], value, key);
    else result[field] = applyStrategicMerge(was, value);
  }
  applyDirectives(result, patch);
  return result;
}
