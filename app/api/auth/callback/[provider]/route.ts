// SPDX-License-Identifier: Apache-2.0
import { handleCallback } from "@/server/auth/routes.ts";

interface RouteContext {
  params: Promise<{ provider: string }>;
}

export async function GET(request: Request, { params }: RouteContext): Promise<Response> {
  return handleCallback(request, (await params).provider);
}
