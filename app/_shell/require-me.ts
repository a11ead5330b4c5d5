// SPDX-License-Identifier: Apache-2.0
import { redirect } from "next/navigation";
import { type Me, toMe } from "@/server/api/session/me.ts";
import { currentPrincipal } from "@/server/auth/current-principal.ts";

/** Who is signed in; leads to the sign-in page when nobody is. For server components. */
export async function requireMe(): Promise<Me> {
  const principal = await currentPrincipal();
  if (!principal) redirect("/sign-in");
  return toMe(principal);
}

/** Where a user's work begins. */
export function homeOf(me: Me): string {
  const tenant = me.memberships[0]?.tenant.name;
  if (tenant) return `/t/${tenant}/chains`;
  return me.platformOperator ? "/platform" : "/no-tenant";
}
