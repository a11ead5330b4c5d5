// SPDX-License-Identifier: Apache-2.0
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { type Me, toMe } from "@/server/api/session/me.ts";
import { currentPrincipal } from "@/server/auth/current-principal.ts";
import { pathHeader } from "./path-header.ts";

/** Who is signed in; leads to the sign-in page, and from there back, when nobody is. For server components. */
export async function requireMe(): Promise<Me> {
  const principal = await currentPrincipal();
  if (principal) return toMe(principal);
  const path = (await headers()).get(pathHeader);
  redirect(path ? `/sign-in?next=${encodeURIComponent(path)}` : "/sign-in");
}

/** Where a user's work begins. */
export function homeOf(me: Me): string {
  const tenant = me.memberships[0]?.tenant.name;
  if (tenant) return `/t/${tenant}/chains`;
  return me.platformOperator ? "/platform" : "/no-tenant";
}
