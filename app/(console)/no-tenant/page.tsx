// SPDX-License-Identifier: Apache-2.0
import { UserX } from "lucide-react";
import { redirect } from "next/navigation";
import { homeOf, requireMe } from "../../_shell/require-me.ts";
import { StatusPage } from "../../_shell/status-page.tsx";

export const metadata = { title: "No tenant" };

export default async function NoTenantPage() {
  const home = homeOf(await requireMe());
  if (home !== "/no-tenant") redirect(home);
  return (
    <StatusPage icon={UserX} title="You belong to no tenant">
      You are signed in, but nobody has given you a part in a tenant yet. Ask your administrator.
    </StatusPage>
  );
}
