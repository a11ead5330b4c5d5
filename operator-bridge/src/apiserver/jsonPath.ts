// SPDX-License-Identifier: Apache-2.0
// The part of kubectl's JSONPath that printer columns use: fields (also in quotes or with escaped dots), indices, `*`,
// and filters that compare one field with a literal.
import { isObject } from "./objects.ts";

type Step =
  | { field: string }
  | { index: number }
  | { all: true }
  | { filter: Step[]; equals: boolean; literal: unknown };

const token =
  /^(?:\.((?:\\.|[^.[\\])+)|\['((?:\\.|[^'\\])*)'\]|\[(-?\d+)\]|\[\*\]|\[\?\(\s*@((?:\.[\w-]+)+)\s*(==|!=)\s*("[^"]*"|'[^']*'|true|false|-?\d+(?:\.\d+)?)\s*\)\])/;

const unescapeToken = (text: string): string => text.replace(/\\(.)/g, "$1");
const literal = (text: string): unknown => (/^["']/.test(text) ? text.slice(1, -1) : JSON.parse(text));

function toStep(match: RegExpExecArray): Step {
  const [text, field, quoted, index, filterPath, operator, value] = match;
  if (field === "*" || text === "[*]") return { all: true };
  if (field !== undefined) return { field: unescapeToken(field) };
  if (quoted !== undefined) return { field: unescapeToken(quoted) };
  if (index !== undefined) return { index: Number(index) };
  return { filter: parse(filterPath!), equals: operator === "==", literal: literal(value!) };
}

function parse(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path;
  while (rest) {
    const match = token.exec(rest);
    if (!match) throw new SyntaxError(`unsupported JSONPath at "${rest}" in "${path}"`);
    steps.push(toStep(match));
    rest = rest.slice(match[0].length);
  }
  return steps;
}

function childrenOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function followOne(value: unknown, step: Step): unknown[] {
  if ("field" in step) return isObject(value) && step.field in value ? [value[step.field]] : [];
  if ("all" in step) return childrenOf(value);
  if (!Array.isArray(value)) return [];
  if ("index" in step) return value.at(step.index) === undefined ? [] : [value.at(step.index)];
  return value.filter((item) => (step.filter.reduce(follow, [item])[0] === step.literal) === step.equals);
}

function follow(values: unknown[], step: Step): unknown[] {
  return values.flatMap((value) => followOne(value, step));
}

/** Compiles a path such as `.status.conditions[?(@.type=="Ready")].status`. Throws SyntaxError. */
export function jsonPath(path: string): (value: unknown) => unknown[] {
  const steps = parse(path.replace(/^\{(.*)\}$/, "$1").replace(/^\$/, ""));
  return (value) => steps.reduce(follow, [value]);
}
