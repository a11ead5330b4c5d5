// SPDX-License-Identifier: Apache-2.0
import { checkHealth } from "@/server/health.ts";

export const dynamic = "force-dynamic";

/** 200 while the process can answer; the body says what it misses. */
export async function GET(): Promise<Response> {
  return Response.json(await checkHealth(), { headers: { "cache-control": "no-store" } });
}
