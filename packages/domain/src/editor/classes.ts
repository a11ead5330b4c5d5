// SPDX-License-Identifier: Apache-2.0
// Editing the lists of classes that classifiers and rate limiters have.

/** Reads a node's config as a list of classes, each with a name in `field`; of what has another shape, nothing. */
export function asClasses<Class>(config: unknown, field: keyof Class & string): Class[] {
  const { classes } = (config ?? {}) as { classes?: unknown };
  if (!Array.isArray(classes)) return [];
  return classes.filter((of) => typeof of?.[field] === "string");
}

/** Puts the item at `from` where `to` is; out-of-range places leave the list as it is. */
export function moveItem<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const moved = [...items];
  if (from === to || to < 0 || to >= items.length || !(from in items)) return moved;
  moved.splice(to, 0, ...moved.splice(from, 1));
  return moved;
}

/** Sets a field, or takes it away when the value is undefined: an absent field has its default. */
export function withOptional<Of extends object, Field extends keyof Of>(
  of: Of,
  field: Field,
  value: Of[Field] | undefined,
): Of {
  const { [field]: _, ...rest } = of;
  return (value === undefined ? rest : { ...of, [field]: value }) as Of;
}
