// SPDX-License-Identifier: Apache-2.0
// What a CRD's schema must be before objects are held to it: structural, with patterns and rules that compile.
import { type Cause, fieldError } from "../errors.ts";
import { checkRule } from "./celTypes.ts";
import { withObjectFields } from "./celValues.ts";
import type { StructuralSchema } from "./structural.ts";

const types = ["object", "array", "string", "integer", "number", "boolean"];

function checkType(schema: StructuralSchema, path: string): Cause[] {
  const untyped =
    schema["x-kubernetes-int-or-string"] || schema["x-kubernetes-preserve-unknown-fields"] || schema.type;
  if (!untyped) return [fieldError.required(`${path}.type`, "must not be empty for specified object fields")];
  if (schema.type && !types.includes(schema.type))
    return [fieldError.notSupported(`${path}.type`, schema.type, types)];
  return [];
}

function checkList(schema: StructuralSchema, path: string): Cause[] {
  const causes: Cause[] = [];
  if (schema.type === "array" && !schema.items)
    causes.push(fieldError.required(`${path}.items`, "must be specified"));
  const isMap = schema["x-kubernetes-list-type"] === "map";
  if (isMap && !schema["x-kubernetes-list-map-keys"]?.length)
    causes.push(
      fieldError.required(
        `${path}.x-kubernetes-list-map-keys`,
        "must not be empty if x-kubernetes-list-type is map",
      ),
    );
  return causes;
}

function checkPattern({ pattern }: StructuralSchema, path: string): Cause[] {
  if (pattern === undefined) return [];
  try {
    new RegExp(pattern, "u");
    return [];
  } catch {
    return [fieldError.invalid(`${path}.pattern`, pattern, "must be a valid regular expression")];
  }
}

function checkRules(schema: StructuralSchema, path: string): Cause[] {
  return (schema["x-kubernetes-validations"] ?? []).flatMap((rule, index) => {
    const problem = checkRule(rule, schema);
    const field = `${path}.x-kubernetes-validations[${index}].rule`;
    return problem ? [fieldError.invalid(field, rule, problem)] : [];
  });
}

function children(schema: StructuralSchema, path: string): [StructuralSchema, string][] {
  const found = Object.entries(schema.properties ?? {}).map(([field, next]): [StructuralSchema, string] => [
    next,
    `${path}.properties[${field}]`,
  ]);
  const { additionalProperties, items } = schema;
  if (typeof additionalProperties === "object")
    found.push([additionalProperties, `${path}.additionalProperties`]);
  if (items) found.push([items, `${path}.items`]);
  return found;
}

/** Value validations in allOf and the like have no structure of their own, but patterns that must compile. */
function checkCombinations(schema: StructuralSchema, path: string): Cause[] {
  const { allOf = [], anyOf = [], oneOf = [], not } = schema;
  const parts = [...allOf, ...anyOf, ...oneOf, ...(not ? [not] : [])];
  return parts.flatMap((part) => [
    ...checkPattern(part, path),
    ...checkCombinations(part, path),
    ...children(part, path).flatMap(([next, nextPath]) => [
      ...checkPattern(next, nextPath),
      ...checkCombinations(next, nextPath),
    ]),
  ]);
}

type NodeCheck = (schema: StructuralSchema, path: string) => Cause[];

/** Runs a check on a schema and all below it. */
function walk(schema: StructuralSchema, path: string, check: NodeCheck): Cause[] {
  return [
    ...check(schema, path),
    ...children(schema, path).flatMap(([next, nextPath]) => walk(next, nextPath, check)),
  ];
}

const checkStructure: NodeCheck = (schema, path) => [
  ...checkType(schema, path),
  ...checkList(schema, path),
  ...checkPattern(schema, path),
  ...checkCombinations(schema, path),
];

/** All that is wrong with a version's schema. Rules are looked at only when what they speak of is in order. */
export function checkSchema(schema: StructuralSchema, path: string): Cause[] {
  if (schema.type !== "object") return [fieldError.invalid(`${path}.type`, schema.type, "must be object")];
  const { metadata: _, apiVersion: __, kind: ___, ...declared } = schema.properties ?? {};
  const own = { ...schema, properties: declared };
  const causes = walk(own, path, checkStructure);
  return causes.length > 0 ? causes : walk(withObjectFields(own), path, checkRules);
}
