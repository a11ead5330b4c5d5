// SPDX-License-Identifier: Apache-2.0
// The sign-in over HTTP. Route files only call these, so that tests can do so without Next.
import { AppError, ErrorCode, httpStatusOf } from "../errors.ts";
import { logger } from "../log.ts";
import type { Principal } from "../scope.ts";
import { services } from "../services.ts";
import {
  type Cookie,
  readCookie,
  serializeCookie,
  sessionCookieName,
  signInCookieName,
  signInCookiePath,
} from "./cookies.ts";
import { finishSignIn } from "./finish-sign-in.ts";
import { requireOwnOrigin } from "./origin.ts";
import { endSession, readSession } from "./sessions.ts";
import { attemptMs, startSignIn } from "./start-sign-in.ts";

const log = logger("sign-in");
const bodyMaxBytes = 10_000;

function cookieOf(request: Request, nameOf: (https: boolean) => string): string | undefined {
  return readCookie(request.headers.get("cookie"), nameOf(services().env.https));
}

const sessionCookie = (value: string, maxAgeSeconds: number): Cookie => ({
  name: sessionCookieName(services().env.https),
  value,
  path: "/",
  maxAgeSeconds,
});
const signInCookie = (value: string, maxAgeSeconds: number): Cookie => ({
  name: signInCookieName(services().env.https),
  value,
  path: signInCookiePath,
  maxAgeSeconds,
});

function withCookies(response: Response, ...list: Cookie[]): Response {
  for (const cookie of list)
    response.headers.append("set-cookie", serializeCookie(cookie, services().env.https));
  response.headers.set("cache-control", "no-store");
  return response;
}

const redirect = (path: string): Response =>
  new Response(null, { status: 303, headers: { location: new URL(path, services().env.url).href } });

/** Anything thrown as an error of ours; what isn't one is logged in full. */
function asAppError(error: unknown): AppError {
  if (error instanceof AppError) {
    if (error.internal) log.warn(error.internal, { code: error.code });
    return error;
  }
  log.error("sign-in failed", { error });
  return new AppError(ErrorCode.Internal, "Something went wrong on our side; the log has the cause.");
}

function errorResponse(error: unknown): Response {
  const { code, message } = asAppError(error);
  return withCookies(Response.json({ error: { code, message } }, { status: httpStatusOf(code) }));
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  try {
    if (text.length > bodyMaxBytes) throw new Error("too large");
    const body: unknown = JSON.parse(text);
    if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
    throw new Error("no object");
  } catch (cause) {
    throw new AppError(ErrorCode.InputInvalid, "The input is not valid.", { cause });
  }
}

/** POST { email, returnTo? }: answers { redirectTo }. */
export async function handleSignIn(request: Request): Promise<Response> {
  try {
    requireOwnOrigin(request.headers, services().env.url);
    const { email, returnTo } = await readBody(request);
    const start = await startSignIn(String(email ?? ""), returnTo, cookieOf(request, signInCookieName));
    const answer = Response.json({ redirectTo: start.redirectTo });
    return withCookies(answer, signInCookie(start.browserToken, attemptMs / 1000));
  } catch (error) {
    return errorResponse(error);
  }
}

/** GET, by the provider's redirect: signs in and goes on, or back to the sign-in page with the reason. */
export async function handleCallback(request: Request, provider: string): Promise<Response> {
  try {
    const { search } = new URL(request.url);
    const { session, returnTo } = await finishSignIn(provider, search, cookieOf(request, signInCookieName));
    const before = cookieOf(request, sessionCookieName);
    if (before) await endSession(services().authDb, before);
    const cookie = sessionCookie(session.token, session.maxAgeSeconds);
    return withCookies(redirect(returnTo), cookie, signInCookie("", 0));
  } catch (error) {
    return withCookies(redirect(`/sign-in?reason=${asAppError(error).code}`));
  }
}

/** POST: 204, and the session is gone. */
export async function handleSignOut(request: Request): Promise<Response> {
  try {
    requireOwnOrigin(request.headers, services().env.url);
    const token = cookieOf(request, sessionCookieName);
    if (token) await endSession(services().authDb, token);
    return withCookies(new Response(null, { status: 204 }), sessionCookie("", 0));
  } catch (error) {
    return errorResponse(error);
  }
}

/** Who asks. @param isActivity whether it counts against the idle timeout */
export async function principalOf(request: Request, isActivity: boolean): Promise<Principal | null> {
  const token = cookieOf(request, sessionCookieName);
  return token ? readSession(services().authDb, token, { isActivity }) : null;
}
