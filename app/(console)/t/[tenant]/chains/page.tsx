// SPDX-License-Identifier: Apache-2.0
import { ChainsView } from "../../../../_chains/chains-view.tsx";

export const metadata = { title: "Chains" };

export default async function ChainsPage({ params }: { params: Promise<{ tenant: string }> }) {
  const { tenant } = await params;
  return <ChainsView key={tenant} tenant={tenant} />;
}
