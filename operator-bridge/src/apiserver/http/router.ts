// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  ApiError,
  internalError,
  methodNotAllowed,
  notAcceptable,
  pathNotFound,
  unauthorized,
} from "../errors.ts";
import type { Registry } from "../resources/registry.ts";
import type { Store } from "../store/store.ts";
import type { Tokens } from "../tokens.ts";
import { discoveryDocument } from "./discovery.ts";
import { Exchange } from "./exchange.ts";
import { openApiDocument } from "./openapi.ts";
import { handleResource } from "./resourceHandler.ts";
import { review } from "./reviews.ts";
import { resolveTarget } from "./target.ts";

export interface Services {
  store: Store;
  registry: Registry;
  tokens: Tokens;
}

/** The Kubernetes release whose API machinery this server follows. */
const versionInfo = {
  major: "1",
  minor: "32",
  gitVersion: "v1.32.0+nfaas",
  gitCommit: "",
  gitTreeState: "clean",
  buildDate: "1970-01-01T00:00:00Z",
  goVersion: "",
  compiler: "node",
  platform: `${process.platform}/${process.arch}`,
};

function answerPublic(exchange: Exchange, store: Store): boolean {
  const [root] = exchange.segments;
  if (root === "version") exchange.json(200, versionInfo);
  else if (root === "livez" || root === "healthz") exchange.response.end("ok");
  else if (root === "readyz") {
    store.assertAvailable();
    exchange.response.end("ok");
  } else return false;
  return true;
}

function answerOpenApi(exchange: Exchange, registry: Registry): void {
  const accept = exchange.request.headers.accept ?? "*/*";
  if (!/\bjson\b|\*\/\*/.test(accept.replace(/\+protobuf|as=proto/g, "")))
    throw notAcceptable("application/json");
  exchange.json(200, openApiDocument(exchange.segments, registry));
}

async function route(exchange: Exchange, { store, registry, tokens }: Services): Promise<void> {
  if (answerPublic(exchange, store)) return;
  exchange.user = tokens.authenticate(exchange.request.headers.authorization);
  if (!exchange.user) throw unauthorized();
  const [root] = exchange.segments;
  if (root === "openapi") return answerOpenApi(exchange, registry);
  const reviewed = await review(exchange);
  if (reviewed) return exchange.json(201, reviewed);
  const document = discoveryDocument(exchange.segments, registry);
  if (document) {
    if (exchange.method !== "GET") throw methodNotAllowed();
    return exchange.json(200, document);
  }
  if (root !== "api" && root !== "apis") throw pathNotFound();
  store.assertAvailable();
  await handleResource(exchange, resolveTarget(exchange.segments, registry), store);
}

function answerError(response: ServerResponse, exchange: Exchange | undefined, error: unknown): void {
  const failure = error instanceof ApiError ? error : internalError("the server failed; its log says more");
  if (failure.code === 500) console.error("apiserver: a request failed:", error);
  if (response.headersSent) return void response.destroy();
  if (failure.details?.retryAfterSeconds)
    response.setHeader("retry-after", failure.details.retryAfterSeconds);
  // A body that was not read to its end would be taken for the next request.
  if (failure.code === 413) response.setHeader("connection", "close");
  if (exchange) exchange.json(failure.code, failure.toStatus());
  else
    response
      .writeHead(failure.code, { "content-type": "application/json" })
      .end(JSON.stringify(failure.toStatus()));
}

/** The request listener of the server: every failure is answered with a Status. */
export function createRouter(services: Services) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let exchange: Exchange | undefined;
    try {
      exchange = new Exchange(request, response);
      await route(exchange, services);
    } catch (error) {
      answerError(response, exchange, error);
    }
  };
}
