// SPDX-License-Identifier: Apache-2.0
import { AuditView } from "../../../../_audit/audit-view.tsx";

export const metadata = { title: "Audit" };

export default async function AuditPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { tenant } = await params;
  return <AuditView key={tenant} tenant={tenant} />;
}
