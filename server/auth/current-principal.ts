// SPDX-License-Identifier: Apache-2.0
import { cookies } from "next/headers";
import type { Principal } from "../scope.ts";
import { services } from "../services.ts";
import { sessionCookieName } from "./cookies.ts";
import { readSession } from "./sessions.ts";

/** Who is signed in, for server components; null when nobody is. */
export async function currentPrincipal(): Promise<Principal | null> {
  const { authDb, env } = services();
  const token = (await cookies()).get(sessionCookieName(env.https))?.value;
  return token ? readSession(authDb, token) : null;
}
