// SPDX-License-Identifier: Apache-2.0
// Validation of a value against a structural schema; field paths and reasons are those of Kubernetes.
import { type Cause, fieldError } from "../errors.ts";
import { deepEqual, isObject } from "../objects.ts";
import { matchesFormat } from "./formats.ts";
import { fieldSchema, joinPath, type StructuralSchema } from "./structural.ts";

type Check = (value: never, schema: StructuralSchema, path: string) => Cause[];

const typeName = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
};

function hasType(value: unknown, schema: StructuralSchema): boolean {
  const actual = typeName(value);
  if (schema["x-kubernetes-int-or-string"]) return actual === "integer" || actual === "string";
  if (!schema.type) return true;
  return actual === schema.type || (schema.type === "number" && actual === "integer");
}

const checkNumber = ((value: number, schema: StructuralSchema, path: string): Cause[] => {
  const causes: Cause[] = [];
  const fail = (detail: string) =>
    causes.push(fieldError.invalid(path, value, `${path} in body should be ${detail}`));
  const { minimum, maximum, multipleOf } = schema;
  if (minimum !== undefined && schema.exclusiveMinimum && value <= minimum) fail(`greater than ${minimum}`);
  else if (minimum !== undefined && value < minimum) fail(`greater than or equal to ${minimum}`);
  if (maximum !== undefined && schema.exclusiveMaximum && value >= maximum) fail(`less than ${maximum}`);
  else if (maximum !== undefined && value > maximum) fail(`less than or equal to ${maximum}`);
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) fail(`a multiple of ${multipleOf}`);
  return causes;
}) as Check;

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, "u");
  patterns.set(source, known);
  return known;
}

const checkString = ((value: string, schema: StructuralSchema, path: string): Cause[] => {
  const causes: Cause[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    causes.push(fieldError.tooLong(path, schema.maxLength));
  if (schema.minLength !== undefined && length < schema.minLength)
    causes.push(
      fieldError.invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`),
    );
  if (schema.pattern && !patternOf(schema.pattern).test(value))
    causes.push(fieldError.invalid(path, value, `${path} in body should match '${schema.pattern}'`));
  if (schema.format && !matchesFormat(schema.format, value))
    causes.push(
      fieldError.type(
        path,
        value,
        `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`,
      ),
    );
  return causes;
}) as Check;

function listKey(
  item: unknown,
  keys: string[],
  items: StructuralSchema | undefined,
): Record<string, unknown> {
  const key: Record<string, unknown> = {};
  for (const name of keys)
    key[name] = isObject(item) ? (item[name] ?? items?.properties?.[name]?.default) : undefined;
  return key;
}

function duplicates(value: unknown[], schema: StructuralSchema, path: string): Cause[] {
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (!schema.uniqueItems && listType !== "set" && listType !== "map") return [];
  const seen = new Set<string>();
  return value.flatMap((item, index) => {
    const key = listType === "map" ? listKey(item, keys, schema.items) : item;
    const text = canonical(key);
    if (seen.has(text)) return [fieldError.duplicate(`${path}[${index}]`, key)];
    seen.add(text);
    return [];
  });
}

/** JSON with sorted fields, so that equal values have equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

const checkArray = ((value: unknown[], schema: StructuralSchema, path: string): Cause[] => {
  const causes: Cause[] = [];
  const { minItems, maxItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems)
    causes.push(fieldError.tooMany(path, value.length, maxItems));
  if (minItems !== undefined && value.length < minItems)
    causes.push(
      fieldError.invalid(path, value.length, `${path} in body should have at least ${minItems} items`),
    );
  causes.push(...duplicates(value, schema, path));
  if (items)
    for (const [index, item] of value.entries()) causes.push(...validate(item, items, `${path}[${index}]`));
  return causes;
}) as Check;

const checkObject = ((value: Record<string, unknown>, schema: StructuralSchema, path: string): Cause[] => {
  const causes: Cause[] = [];
  const size = Object.keys(value).length;
  const { minProperties, maxProperties } = schema;
  if (maxProperties !== undefined && size > maxProperties)
    causes.push(fieldError.tooMany(path, size, maxProperties));
  if (minProperties !== undefined && size < minProperties)
    causes.push(
      fieldError.invalid(path, size, `${path} in body should have at least ${minProperties} properties`),
    );
  for (const field of schema.required ?? [])
    if (!Object.hasOwn(value, field)) causes.push(fieldError.required(joinPath(path, field)));
  for (const [field, item] of Object.entries(value)) {
    const next = fieldSchema(schema, field);
    if (next) causes.push(...validate(item, next, joinPath(path, field)));
  }
  return causes;
}) as Check;

const holds = (value: unknown, path: string) => (schema: StructuralSchema) =>
  validate(value, schema, path).length === 0;

function checkCombinations(value: unknown, schema: StructuralSchema, path: string): Cause[] {
  const causes = (schema.allOf ?? []).flatMap((part) => validate(value, part, path));
  const fail = (detail: string) => causes.push(fieldError.invalid(path, value, `${path} in body ${detail}`));
  if (schema.anyOf && !schema.anyOf.some(holds(value, path)))
    fail("must validate at least one schema (anyOf)");
  if (schema.oneOf && schema.oneOf.filter(holds(value, path)).length !== 1)
    fail("must validate one and only one schema (oneOf)");
  if (schema.not && holds(value, path)(schema.not)) fail("must not validate the schema (not)");
  return causes;
}

const checks: Record<string, Check> = {
  integer: checkNumber,
  number: checkNumber,
  string: checkString,
  array: checkArray,
  object: checkObject,
};

/** All field errors of `value`; empty when it is valid. */
export function validate(value: unknown, schema: StructuralSchema, path = ""): Cause[] {
  if (value === null && schema.nullable) return [];
  if (!hasType(value, schema)) {
    const wanted = schema["x-kubernetes-int-or-string"] ? "integer,string" : schema.type;
    return [fieldError.type(path, value, `${path} in body must be of type ${wanted}: "${typeName(value)}"`)];
  }
  if (schema.enum && !schema.enum.some((allowed) => deepEqual(allowed, value)))
    return [fieldError.notSupported(path, value, schema.enum)];
  const check = checks[typeName(value)];
  return [...(check ? check(value as never, schema, path) : []), ...checkCombinations(value, schema, path)];
}
