// SPDX-License-Identifier: Apache-2.0
// The agent's HTTP side, on loopback: /healthz and /readyz for anybody, /live, /metrics, /capture, /explain and /flow-log
// (?tenantId=N: the latest new flows that its firewalls told) with the token.
import { createHash, timingSafeEqual } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "../kubernetes/errors.ts";
import type { Agent } from "./agent.ts";
import { serveCapture } from "./capture.ts";
import { serveExplain, serveExplainRecords } from "./explain/serve-explain.ts";
import { RequestError, wholeNumber } from "./request-error.ts";
import { renderMetrics } from "./telemetry/prometheus.ts";

export interface AgentServer {
  url: string;
  close(): Promise<void>;
}

export interface AgentServerOptions {
  host: string;
  port: number;
  /** Bearer token. */
  token: string;
  /** Undefined until there is one. */
  agent: () => Agent | undefined;
}

const tenantIdMax = 16_777_215;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

const text = (response: ServerResponse, status: number, body: string): void => {
  response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }).end(body);
};

const json = (response: ServerResponse, body: unknown): void => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
};

export async function serveAgent({ host, port, token, agent }: AgentServerOptions): Promise<AgentServer> {
  const expected = digest(`Bearer ${token}`);
  const server = http.createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const status = error instanceof RequestError ? error.status : 500;
      if (response.headersSent) response.destroy();
      else text(response, status, `${messageOf(error)}\n`);
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://agent");
    const current = agent();
    if (url.pathname === "/healthz") return text(response, 200, "ok\n");
    if (url.pathname === "/readyz") {
      return current?.isReady ? text(response, 200, "ok\n") : text(response, 503, "not ready\n");
    }
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), expected)) {
      response.setHeader("www-authenticate", "Bearer");
      return text(response, 401, "a bearer token is needed\n");
    }
    if (!current) return text(response, 503, "not ready\n");
    switch (`${request.method} ${url.pathname}`) {
      case "GET /live":
        return current.live.serve(request, response);
      case "GET /metrics":
        return text(response, 200, renderMetrics(current.live.latest));
      case "POST /capture":
        return serveCapture(current, url.searchParams, response);
      case "POST /explain":
        return serveExplain(current.pods.connected(), request, response);
      case "GET /explain":
        return serveExplainRecords(current.pods.connected(), url.searchParams, response);
      case "GET /flow-log":
        return json(
          response,
          current.flowLog.recent(wholeNumber(url.searchParams, "tenantId", 0, tenantIdMax)),
        );
      default:
        return text(
          response,
          404,
          "try GET /live, GET /metrics, POST /capture, POST /explain or GET /flow-log\n",
        );
    }
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
