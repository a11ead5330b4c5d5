// SPDX-License-Identifier: Apache-2.0

/** Joins class names; false, null and undefined fall out. */
export const classes = (...names: (string | false | null | undefined)[]): string =>
  names.filter(Boolean).join(" ");
