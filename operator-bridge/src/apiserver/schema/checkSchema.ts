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

function checkRulesOf(schema: StructuralSchema, path: string): Cause[] {
  return (schema["x-kubernetes-validations"] ?? []).flatMap((rule, index) => {
    const problem = checkRule(rule, schema);
    const field = `${path}.x-kubernetes-validations[${index}].rule`;
    return problem ? [fieldError.invalid(field, rule, problem)] : [];
  });
}

function checkNode(schema: StructuralSchema, path: string): Cause[] {
  const causes = [
    ...checkType(schema, path),
    ...checkList(schema, path),
    ...checkPattern(schema, path),
    ...checkRulesOf(schema, path),
  ];
  for (const [field, next] of Object.entries(schema.properties ?? {}))
    causes.push(...checkNode(next, `${path}.properties[${field}]`));
  if (typeof schema.additionalProperties === "object")
    causes.push(...checkNode(schema.additionalProperties, `${path}.additionalProperties`));
  if (schema.items) causes.push(...checkNode(schema.items, `${path}.items`));
  return causes;
}

/** All that is wrong with a version's schema. */
export function checkSchema(schema: StructuralSchema, path: string): Cause[] {
  if (schema.type !== "object") return [fieldError.invalid(`${path}.type`, schema.type, "must be object")];
  const root = withObjectFields(schema);
  const { metadata: _, apiVersion: __, kind: ___, ...declared } = schema.properties ?? {};
  return [
    ...checkRulesOf(root, path),
    ...checkNode({ ...schema, properties: declared, "x-kubernetes-validations": [] }, path),
  ];
}
