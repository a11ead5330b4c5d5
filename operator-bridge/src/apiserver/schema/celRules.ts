// SPDX-License-Identifier: Apache-2.0
// Evaluation of x-kubernetes-validations over an object and the object it replaces.
import { Optional } from "@marcbachmann/cel-js";
import { type Cause, fieldError } from "../errors.ts";
import { deepEqual, isObject } from "../objects.ts";
import { celEnvironment } from "./celLibrary.ts";
import { toCel } from "./celValues.ts";
import { fieldSchema, joinPath, type StructuralSchema, type ValidationRule } from "./structural.ts";

type Program = (context: Record<string, unknown>) => unknown;

const environment = celEnvironment().registerVariable("self", "dyn").registerVariable("oldSelf", "dyn");
const programs = new Map<string, Program>();

function compile(expression: string): Program {
  const known = programs.get(expression) ?? environment.parse(expression);
  programs.set(expression, known);
  return known;
}

/** True for a rule about a change: it has nothing to say of a value that is new. */
const isTransitionRule = (rule: ValidationRule): boolean =>
  /\boldSelf\b/.test(rule.rule) && !rule.optionalOldSelf;

function failureMessage(rule: ValidationRule, context: Record<string, unknown>): string {
  if (rule.messageExpression) {
    try {
      const text = compile(rule.messageExpression)(context);
      if (typeof text === "string" && text.trim() && !text.includes("\n")) return text;
    } catch {
      // A message that can't be built is replaced by the plain one.
    }
  }
  return rule.message ?? `failed rule: ${rule.rule}`;
}

function toCause(rule: ValidationRule, path: string, value: unknown, message: string): Cause {
  const field = rule.fieldPath ? path + rule.fieldPath : path || "<nil>";
  const named = field.replace(/^\./, "");
  if (rule.reason === "FieldValueRequired") return fieldError.required(named, message);
  if (rule.reason === "FieldValueForbidden") return fieldError.forbidden(named, message);
  if (rule.reason === "FieldValueDuplicate")
    return { ...fieldError.duplicate(named, value), reason: rule.reason };
  return fieldError.invalid(named, isObject(value) ? "object" : value, message);
}

function checkRule(
  rule: ValidationRule,
  schema: StructuralSchema,
  path: string,
  value: unknown,
  old: unknown,
): Cause[] {
  if (old === undefined && isTransitionRule(rule)) return [];
  const oldSelf = old === undefined ? undefined : toCel(old, schema);
  const context = {
    self: toCel(value, schema),
    oldSelf: rule.optionalOldSelf
      ? oldSelf === undefined
        ? Optional.none()
        : Optional.of(oldSelf)
      : oldSelf,
  };
  try {
    return compile(rule.rule)(context) === true
      ? []
      : [toCause(rule, path, value, failureMessage(rule, context))];
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return [toCause(rule, path, value, `${why} evaluating rule: ${rule.message ?? rule.rule}`)];
  }
}

/** The element of a keyed list that `item` replaces; other lists have no such correlation. */
function oldItem(item: unknown, old: unknown, schema: StructuralSchema): unknown {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (schema["x-kubernetes-list-type"] !== "map" || !keys || !Array.isArray(old) || !isObject(item))
    return undefined;
  return old.find((other) => isObject(other) && keys.every((key) => deepEqual(other[key], item[key])));
}

/** Evaluates all rules at and below a value that is valid against `schema`. `old` is undefined for what is new. */
export function checkRules(value: unknown, old: unknown, schema: StructuralSchema, path = ""): Cause[] {
  if (value === null) return [];
  const rules = schema["x-kubernetes-validations"] ?? [];
  const causes = rules.flatMap((rule) => checkRule(rule, schema, path, value, old));
  if (Array.isArray(value) && schema.items) {
    for (const [index, item] of value.entries())
      causes.push(...checkRules(item, oldItem(item, old, schema), schema.items, `${path}[${index}]`));
  } else if (isObject(value)) {
    const oldFields = isObject(old) ? old : {};
    for (const [field, item] of Object.entries(value)) {
      const next = fieldSchema(schema, field);
      if (next) causes.push(...checkRules(item, oldFields[field], next, joinPath(path, field)));
    }
  }
  return causes;
}
