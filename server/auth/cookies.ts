// SPDX-License-Identifier: Apache-2.0
// Cookies by OWASP ASVS 3.4: HttpOnly, SameSite=Lax (the provider's redirect back must carry them), and over HTTPS Secure with
// a prefix that keeps other hosts and plain HTTP from setting them (RFC 6265bis section 4.1.3).

export interface Cookie {
  name: string;
  value: string;
  path: string;
  maxAgeSeconds: number;
}

export const sessionCookieName = (https: boolean): string =>
  https ? "__Host-nfaas-session" : "nfaas-session";
export const signInCookieName = (https: boolean): string =>
  https ? "__Secure-nfaas-sign-in" : "nfaas-sign-in";
/** The sign-in's cookie is of no use elsewhere. */
export const signInCookiePath = "/api/auth";

export function serializeCookie({ name, value, path, maxAgeSeconds }: Cookie, https: boolean): string {
  const parts = [`${name}=${value}`, `Path=${path}`, `Max-Age=${maxAgeSeconds}`, "HttpOnly", "SameSite=Lax"];
  return (https ? [...parts, "Secure"] : parts).join("; ");
}

/** A cookie's value out of a request's header. */
export function readCookie(header: string | null, name: string): string | undefined {
  for (const pair of header?.split(";") ?? []) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}
