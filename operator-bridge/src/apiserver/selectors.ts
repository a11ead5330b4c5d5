// SPDX-License-Identifier: Apache-2.0
import { badRequest } from "./errors.ts";
import { at, type KubeObject } from "./objects.ts";

export type Selector = (object: KubeObject) => boolean;
type Labels = Record<string, string>;

const setRequirement = /^([^\s=!,()]+)\s+(in|notin)\s*\(([^)]*)\)$/;
const equalityRequirement = /^([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/;
const existenceRequirement = /^(!?)\s*([^\s=!,()]+)$/;

function parseRequirement(text: string): (labels: Labels) => boolean {
  const set = setRequirement.exec(text);
  if (set) {
    const [, key, operator, list] = set;
    const values = list!.split(",").map((value) => value.trim());
    return (labels) =>
      (Object.hasOwn(labels, key!) && values.includes(labels[key!]!)) === (operator === "in");
  }
  const equality = equalityRequirement.exec(text);
  if (equality) {
    const [, key, operator, value] = equality;
    return (labels) => (Object.hasOwn(labels, key!) && labels[key!] === value) === (operator !== "!=");
  }
  const existence = existenceRequirement.exec(text);
  if (!existence) throw badRequest(`unable to parse requirement: invalid selector "${text}"`);
  const [, negated, key] = existence;
  return (labels) => Object.hasOwn(labels, key!) === (negated === "");
}

/** A label selector: equality, set and existence requirements, all of which must hold. */
export function labelSelector(text: string): Selector {
  const requirements = text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map(parseRequirement);
  return (object) => requirements.every((holds) => holds(object.metadata.labels ?? {}));
}

/** A field selector over the fields the resource allows. */
export function fieldSelector(text: string, selectable: string[]): Selector {
  const allowed = ["metadata.name", "metadata.namespace", ...selectable];
  const requirements = text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim());
      if (!match) throw badRequest(`invalid field selector "${text}"`);
      const [, field, operator, value] = match;
      if (!allowed.includes(field!)) throw badRequest(`field label not supported: ${field}`);
      const path = field!.split(".");
      return (object: KubeObject) => (String(at(object, ...path) ?? "") === value) === (operator !== "!=");
    });
  return (object) => requirements.every((holds) => holds(object));
}

export function selectorOf(query: URLSearchParams, selectable: string[]): Selector | undefined {
  const labels = query.get("labelSelector");
  const fields = query.get("fieldSelector");
  if (!labels && !fields) return undefined;
  const byLabel = labels ? labelSelector(labels) : () => true;
  const byField = fields ? fieldSelector(fields, selectable) : () => true;
  return (object) => byLabel(object) && byField(object);
}
