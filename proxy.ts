// SPDX-License-Identifier: Apache-2.0
import { type NextRequest, NextResponse } from "next/server";
import { pathHeader } from "./app/_shell/path-header.ts";

/** Tells server components which page was asked for, so that a sign-in can lead back to it. Decides nothing else. */
export function proxy(request: NextRequest): NextResponse {
  const headers = new Headers(request.headers);
  headers.set(pathHeader, request.nextUrl.pathname + request.nextUrl.search);
  return NextResponse.next({ request: { headers } });
}

export const config = { matcher: ["/t/:path*", "/platform"] };
