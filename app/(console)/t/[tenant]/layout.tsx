// SPDX-License-Identifier: Apache-2.0
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { requireMe } from "../../../_shell/require-me.ts";

interface TenantLayoutProps {
  children: ReactNode;
  params: Promise<{ tenant: string }>;
}

/** For whoever isn't a member the tenant doesn't exist. */
export default async function TenantLayout({ children, params }: TenantLayoutProps) {
  const [{ tenant }, me] = await Promise.all([params, requireMe()]);
  if (!me.memberships.some((membership) => membership.tenant.name === tenant)) notFound();
  return children;
}
