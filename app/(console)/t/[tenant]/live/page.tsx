// SPDX-License-Identifier: Apache-2.0
import { LiveView } from "../../../../_live/live-view.tsx";

export const metadata = { title: "Live" };

export default async function LivePage({ params }: { params: Promise<{ tenant: string }> }) {
  const { tenant } = await params;
  return <LiveView key={tenant} tenant={tenant} />;
}
