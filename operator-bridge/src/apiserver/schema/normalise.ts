// SPDX-License-Identifier: Apache-2.0
// Pruning and defaulting, in place, as the API server does before it validates.
import { isObject } from "../objects.ts";
import { fieldSchema, joinPath, type StructuralSchema } from "./structural.ts";

// Present in every object and described by no CRD: the root, and whatever is an embedded resource.
const objectFields = new Set(["apiVersion", "kind", "metadata"]);

function isKnown(schema: StructuralSchema, field: string, isResource: boolean): boolean {
  if (isResource && objectFields.has(field)) return true;
  return schema.additionalProperties === true || fieldSchema(schema, field) !== undefined;
}

/** Drops the fields that the schema does not know; returns their paths. */
export function prune(value: unknown, schema: StructuralSchema, path = "", isRoot = true): string[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? value.flatMap((item, index) => prune(item, items, `${path}[${index}]`, false)) : [];
  }
  if (!isObject(value)) return [];
  const isResource = isRoot || schema["x-kubernetes-embedded-resource"] === true;
  const dropped: string[] = [];
  for (const field of Object.keys(value)) {
    const fieldPath = joinPath(path, field);
    if (isKnown(schema, field, isResource)) {
      const next = isResource && objectFields.has(field) ? undefined : fieldSchema(schema, field);
      if (next) dropped.push(...prune(value[field], next, fieldPath, false));
    } else if (!schema["x-kubernetes-preserve-unknown-fields"]) {
      delete value[field];
      dropped.push(fieldPath);
    }
  }
  return dropped;
}

/** A null where the schema allows none stands for "absent". */
function dropNulls(value: Record<string, unknown>, schema: StructuralSchema): void {
  for (const [field, item] of Object.entries(value)) {
    const next = fieldSchema(schema, field);
    if (item === null && next && !next.nullable) delete value[field];
  }
}

/** Fills in defaults, having dropped the nulls that are not allowed. */
export function applyDefaults(value: unknown, schema: StructuralSchema): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items) applyDefaults(item, schema.items);
    return;
  }
  if (!isObject(value)) return;
  dropNulls(value, schema);
  for (const [field, next] of Object.entries(schema.properties ?? {}))
    if (next.default !== undefined && !Object.hasOwn(value, field))
      value[field] = structuredClone(next.default);
  for (const [field, item] of Object.entries(value)) {
    const next = fieldSchema(schema, field);
    if (next) applyDefaults(item, next);
  }
}
