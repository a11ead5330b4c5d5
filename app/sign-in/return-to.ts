// SPDX-License-Identifier: Apache-2.0

const base = "http://console.invalid";

/** A path of our own to go to after sign-in; anything that could lead elsewhere becomes "/" (an open redirect, CWE-601). */
export function safeReturn(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/")) return "/";
  if (!URL.canParse(next, base)) return "/";
  const url = new URL(next, base);
  return url.origin === base ? url.pathname + url.search : "/";
}
