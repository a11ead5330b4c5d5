// SPDX-License-Identifier: Apache-2.0
import { SearchX } from "lucide-react";
import Link from "next/link";
import { StatusPage } from "./status-page.tsx";

/** What doesn’t exist, or must look as if it didn’t. */
export function NotFoundPage() {
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
