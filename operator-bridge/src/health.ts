// SPDX-License-Identifier: Apache-2.0
// GET /healthz, /readyz and /metrics on loopback.
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface HealthOptions {
  isReady: () => boolean;
  /** Prometheus text exposition format. */
  metrics: () => string;
}

export interface HealthServer {
  url: string;
  close(): Promise<void>;
}

export async function serveHealth(port: number, { isReady, metrics }: HealthOptions): Promise<HealthServer> {
  const server = http.createServer((request, response) => {
    const answer = (status: number, body: string) =>
      response.writeHead(status, { "content-type": "text/plain; version=0.0.4" }).end(body);
    if (request.method !== "GET") return answer(405, "only GET\n");
    switch (request.url) {
      case "/healthz":
        return answer(200, "ok\n");
      case "/readyz":
        return isReady() ? answer(200, "ok\n") : answer(503, "not ready\n");
      case "/metrics":
        return answer(200, metrics());
      default:
        return answer(404, "try /healthz, /readyz or /metrics\n");
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
