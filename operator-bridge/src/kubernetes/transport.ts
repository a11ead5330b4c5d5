// SPDX-License-Identifier: Apache-2.0
// HTTP to the Kubernetes API. KubeConfig knows whom to ask and how to sign in; connections are kept alive, since a
// TLS handshake for every request would cost more than the request.
import http from "node:http";
import https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { KubernetesError, messageOf } from "./errors.ts";

export interface HttpRequest {
  method: string;
  path: string;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
  /** Milliseconds without a byte until it counts as unreachable. */
  idleTimeoutMs: number;
}

export class Transport {
  readonly #config: KubeConfig;
  #agent: http.Agent | undefined;

  constructor(config: KubeConfig) {
    this.#config = config;
  }

  close(): void {
    this.#agent?.destroy();
    this.#agent = undefined;
  }

  /** Resolves with the response once its headers are there. Rejects with KubernetesError of status 0. */
  async open(request: HttpRequest): Promise<http.IncomingMessage> {
    const server = this.#config.getCurrentCluster()?.server;
    if (server === undefined) throw new KubernetesError(0, "NoCluster", "the kubeconfig names no cluster");
    const url = new URL(server.replace(/\/$/, "") + request.path);
    const options: https.RequestOptions = { method: request.method, headers: {}, signal: request.signal };
    await this.#config.applyToHTTPSOptions(options);
    this.#agent ??= this.#newAgent(url, options);
    options.agent = this.#agent;
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    options.headers = {
      ...(options.headers as http.OutgoingHttpHeaders),
      accept: "application/json",
      ...(body === undefined
        ? {}
        : {
            "content-type": request.contentType ?? "application/json",
            "content-length": Buffer.byteLength(body),
          }),
    };
    return this.#send(url, options, body, request.idleTimeoutMs);
  }

  #newAgent(url: URL, { ca, cert, key, rejectUnauthorized, servername }: https.RequestOptions): http.Agent {
    const keep = { keepAlive: true, keepAliveMsecs: 15_000, maxFreeSockets: 8 };
    return url.protocol === "https:"
      ? new https.Agent({ ...keep, ca, cert, key, rejectUnauthorized, servername })
      : new http.Agent(keep);
  }

  #send(url: URL, options: https.RequestOptions, body: string | undefined, idleTimeoutMs: number) {
    const send = url.protocol === "https:" ? https.request : http.request;
    return new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = send(url, options, resolve);
      request.setTimeout(idleTimeoutMs, () => request.destroy(new Error(`no byte in ${idleTimeoutMs} ms`)));
      request.on("error", (cause) =>
        reject(
          new KubernetesError(0, "Unreachable", `${options.method} ${url}: ${messageOf(cause)}`, { cause }),
        ),
      );
      request.end(body);
    });
  }
}
