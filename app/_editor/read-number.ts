// SPDX-License-Identifier: Apache-2.0

/** "2.5" in units of `scale` as a whole number of the base unit; blank = undefined; null = no number. */
export function readNumber(text: string, scale: number): number | undefined | null {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return /^\d+(\.\d*)?$/.test(trimmed) ? Math.round(Number(trimmed) * scale) : null;
}
