// SPDX-License-Identifier: Apache-2.0
import { SearchX } from "lucide-react";
import Link from "next/link";
import { StatusPage } from "./_shell/status-page.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  const home = (
    <Link href="/" className="font-medium text-accent text-sm underline-offset-4 hover:underline">
      Go to your chains
    </Link>
  );
  return (
    <StatusPage icon={SearchX} title="Not found" action={home}>
      What you are looking for does not exist, or it isn’t yours to see.
    </StatusPage>
  );
}
