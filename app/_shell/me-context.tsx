// SPDX-License-Identifier: Apache-2.0
"use client";
import { createContext, type ReactNode, use } from "react";
import type { Me } from "@/server/api/session/me.ts";

const MeContext = createContext<Me | null>(null);

export const MeProvider = ({ me, children }: { me: Me; children: ReactNode }) => (
  <MeContext value={me}>{children}</MeContext>
);

/** Who is signed in. Only inside the console's pages, where somebody always is. */
function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error("useMe outside the console's layout");
  return me;
}

/** Whether the user may change the tenant's chains; the server decides the same again. */
export function useMayEdit(tenant: string): boolean {
  const role = useMe().memberships.find((membership) => membership.tenant.name === tenant)?.role;
  return role !== undefined && role !== "viewer";
}
