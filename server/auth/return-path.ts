// SPDX-License-Identifier: Apache-2.0

/** A path of our own, or "/": never another site's page (open redirect, CWE-601). */
export function returnPath(value: unknown): string {
  if (typeof value !== "string" || !value.startsWith("/") || value.length > 2_000) return "/";
  const base = "http://own.invalid";
  if (!URL.canParse(value, base)) return "/";
  const url = new URL(value, base);
  return url.origin === base ? url.pathname + url.search : "/";
}
