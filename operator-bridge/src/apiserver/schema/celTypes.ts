// SPDX-License-Identifier: Apache-2.0
// A schema's types declared to CEL, so that a rule on a field that does not exist is refused with its CRD.
import type { Environment } from "@marcbachmann/cel-js";
import { celEnvironment } from "./celLibrary.ts";
import { celIdentifier } from "./celValues.ts";
import { type StructuralSchema, type ValidationRule, valueSchema } from "./structural.ts";

const scalarTypes: Record<string, string> = {
  integer: "int",
  number: "double",
  boolean: "bool",
  string: "string",
};
const stringTypes: Record<string, string> = {
  "date-time": "google.protobuf.Timestamp",
  date: "google.protobuf.Timestamp",
  duration: "google.protobuf.Duration",
  byte: "bytes",
};

function declareObject(environment: Environment, schema: StructuralSchema, name: string): string {
  const values = valueSchema(schema);
  if (values) return `map<string, ${declare(environment, values, `${name}Value`)}>`;
  if (!schema.properties || schema["x-kubernetes-preserve-unknown-fields"]) return "dyn";
  const fields: Record<string, string> = {};
  for (const [field, next] of Object.entries(schema.properties)) {
    const identifier = celIdentifier(field);
    if (identifier) fields[identifier] = declare(environment, next, `${name}_${identifier}`);
  }
  environment.registerType(name, { fields });
  environment.registerOperator(`${name} == ${name}`, () => true); // Only its type matters: nothing is evaluated here.
  return name;
}

/** Registers what `schema` needs and returns the name of its type. */
function declare(environment: Environment, schema: StructuralSchema, name: string): string {
  if (schema["x-kubernetes-int-or-string"] || schema.nullable) return "dyn";
  if (schema.type === "object") return declareObject(environment, schema, name);
  if (schema.type === "array") return `list<${declare(environment, schema.items ?? {}, `${name}Item`)}>`;
  if (schema.type === "string") return stringTypes[schema.format ?? ""] ?? "string";
  return scalarTypes[schema.type ?? ""] ?? "dyn";
}

/** What is wrong with a rule on values of `schema`; undefined when it compiles to a bool. */
export function checkRule(rule: ValidationRule, schema: StructuralSchema): string | undefined {
  const environment = celEnvironment();
  const type = declare(environment, schema, "Self");
  environment.registerVariable("self", type);
  environment.registerVariable("oldSelf", rule.optionalOldSelf ? `optional<${type}>` : type);
  const { valid, error, type: result } = environment.check(rule.rule);
  if (!valid) return `compilation failed: ${error?.summary}`;
  if (result !== "bool" && result !== "dyn") return "must evaluate to a bool";
  return undefined;
}
