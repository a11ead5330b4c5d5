// SPDX-License-Identifier: Apache-2.0
import { notFound } from "next/navigation";
import { PlatformView } from "../../_platform/platform-view.tsx";
import { requireMe } from "../../_shell/require-me.ts";

export const metadata = { title: "Platform" };

/** For whoever doesn't run the service this page doesn't exist. */
export default async function PlatformPage() {
  const me = await requireMe();
  if (!me.platformOperator) notFound();
  return <PlatformView />;
}
