// SPDX-License-Identifier: Apache-2.0
// JSON as CEL sees it through a schema: integers as int, dates as timestamp, escaped field names, nothing undeclared.
import { Environment } from "@marcbachmann/cel-js";
import { isObject } from "../objects.ts";
import { type StructuralSchema, valueSchema } from "./structural.ts";

// The words that CEL reserves and Kubernetes wraps in underscores when a field has such a name.
const reserved = new Set(
  (
    "true false null in as break const continue else for function if import let loop package namespace return " +
    "var void while"
  ).split(" "),
);
const symbols: Record<string, string> = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};

/** The identifier under which a rule reaches a field (Kubernetes' escaping); undefined when it can't. */
export function celIdentifier(field: string): string | undefined {
  if (reserved.has(field)) return `__${field}__`;
  const escaped = field.replace(/__|[.\-/]/g, (symbol) => symbols[symbol]!);
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(escaped) ? escaped : undefined;
}

const parseDuration = new Environment().registerVariable("text", "string").parse("duration(text)");

function toCelString(value: string, format: string | undefined): unknown {
  if (format === "date-time" || format === "date") return new Date(value);
  if (format === "duration") return parseDuration({ text: value });
  if (format === "byte") return new Uint8Array(Buffer.from(value, "base64"));
  return value;
}

const isWhole = (value: number, schema: StructuralSchema): boolean =>
  schema.type !== "number" && Number.isInteger(value);

function toCelObject(value: Record<string, unknown>, schema: StructuralSchema): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  const values = valueSchema(schema);
  if (values) for (const [key, item] of Object.entries(value)) shown[key] = toCel(item, values);
  for (const [field, next] of Object.entries(schema.properties ?? {})) {
    const identifier = celIdentifier(field);
    if (identifier && value[field] !== undefined) shown[identifier] = toCel(value[field], next);
  }
  if (schema["x-kubernetes-preserve-unknown-fields"]) hideUndeclared(value, schema, shown);
  return shown;
}

/** What is preserved though undeclared counts when objects are compared, under names that no rule can write. */
function hideUndeclared(
  value: Record<string, unknown>,
  schema: StructuralSchema,
  shown: Record<string, unknown>,
): void {
  for (const [field, item] of Object.entries(value)) {
    if (schema.properties?.[field] === undefined) shown[`\0${field}`] = item;
  }
}

/** `value`, which must be valid against `schema`, as an operand of CEL. */
export function toCel(value: unknown, schema: StructuralSchema): unknown {
  if (typeof value === "number") return isWhole(value, schema) ? BigInt(value) : value;
  if (typeof value === "string") return toCelString(value, schema.format);
  if (Array.isArray(value)) return value.map((item) => toCel(item, schema.items ?? {}));
  if (isObject(value)) return toCelObject(value, schema);
  return value;
}

/** The root of a resource: of its metadata, rules see only the name. */
export function withObjectFields(schema: StructuralSchema): StructuralSchema {
  const text: StructuralSchema = { type: "string" };
  const metadata: StructuralSchema = { type: "object", properties: { name: text, generateName: text } };
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata } };
}
