// SPDX-License-Identifier: Apache-2.0
import { redirect } from "next/navigation";
import { homeOf, requireMe } from "./_shell/require-me.ts";

/** Leads to where the user works. */
export default async function HomePage() {
  redirect(homeOf(await requireMe()));
}
