// SPDX-License-Identifier: Apache-2.0
import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { requireOwnOrigin } from "../auth/origin.ts";
import { principalOf } from "../auth/routes.ts";
import { AppError, httpStatusOf, trpcCodeOf } from "../errors.ts";
import { services } from "../services.ts";
import { backgroundHeader } from "./background.ts";
import { appRouter } from "./router.ts";

/** Big enough for a chain at its limits (10,000 rules). */
const bodyMaxBytes = 8 * 1024 * 1024;

/** A live stream goes on, and a page asks again, by itself: only what a person caused counts as using the console. */
const isActivity = ({ headers }: Request): boolean =>
  !headers.has(backgroundHeader) && !headers.get("accept")?.includes("text/event-stream");

/** HTTP 411 for a body of unknown length, 413 for one that is too long. */
function bodyProblem({ method, headers }: Request): 411 | 413 | undefined {
  if (method === "GET") return undefined;
  const length = headers.get("content-length");
  if (length === null) return 411;
  return Number(length) > bodyMaxBytes ? 413 : undefined;
}

/** An error before the router runs, in the router's own shape. */
function refuse(error: AppError): Response {
  const { code: appCode, message } = error;
  const httpStatus = httpStatusOf(appCode);
  const data = { code: trpcCodeOf(appCode), httpStatus, appCode, details: null };
  return Response.json({ error: { message, code: -32600, data } }, { status: httpStatus });
}

/** /api/trpc/*: everything but reading by GET must come from a page of our own. */
export async function handleTrpc(request: Request): Promise<Response> {
  try {
    if (request.method !== "GET") requireOwnOrigin(request.headers, services().env.url);
  } catch (error) {
    if (error instanceof AppError) return refuse(error);
    throw error;
  }
  const tooMuch = bodyProblem(request);
  if (tooMuch) return new Response(null, { status: tooMuch });
  return fetchRequestHandler({
    endpoint: "/api/trpc",
    req: request,
    router: appRouter,
    allowMethodOverride: true,
    createContext: async () => ({ principal: await principalOf(request, isActivity(request)) }),
  });
}
