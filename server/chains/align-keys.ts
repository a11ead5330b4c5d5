// SPDX-License-Identifier: Apache-2.0

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function partner(item: unknown, index: number, model: readonly unknown[]): unknown {
  if (!isPlain(item) || item.name === undefined) return model[index];
  return model.find((other) => isPlain(other) && other.name === item.name) ?? model[index];
}

/**
 * The same value with its keys in the model's order. The Kubernetes API keeps no order of keys, and a line-by-line
 * difference would take every moved line for a change.
 */
export function alignKeys(value: unknown, model: unknown): unknown {
  if (Array.isArray(value)) {
    const other = Array.isArray(model) ? model : [];
    return value.map((item, index) => alignKeys(item, partner(item, index, other)));
  }
  if (!isPlain(value)) return value;
  const other = isPlain(model) ? model : {};
  const first = Object.keys(other).filter((key) => Object.hasOwn(value, key));
  const rest = Object.keys(value).filter((key) => !Object.hasOwn(other, key));
  return Object.fromEntries([...first, ...rest].map((key) => [key, alignKeys(value[key], other[key])]));
}
