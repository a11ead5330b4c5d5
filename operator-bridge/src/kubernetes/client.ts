// SPDX-License-Identifier: Apache-2.0
// A typed client over any kind. It speaks the plain REST conventions of the Kubernetes API and no more.
import type http from "node:http";
import { KubeConfig } from "@kubernetes/client-node";
import { KubernetesError, messageOf } from "./errors.ts";
import type { KubernetesObject, ResourceType } from "./resources.ts";
import { Transport } from "./transport.ts";

const requestTimeoutMs = 30_000;
const watchTimeoutSeconds = 240;

export interface Selection {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}
export interface Named {
  namespace?: string;
  name: string;
}
export interface Listed<T> {
  items: T[];
  resourceVersion: string;
}
export type WatchEvent<T> = { type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK"; object: T };
export interface DeleteOptions {
  uid?: string;
  gracePeriodSeconds?: number;
}
type Query = Record<string, string | number | undefined>;

async function readBody(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (cause) {
    throw new KubernetesError(0, "Unreachable", `the answer broke off: ${messageOf(cause)}`, { cause });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Throws when the stream breaks off, which node:readline would wait out in silence. */
async function* linesOf(response: http.IncomingMessage): AsyncGenerator<string> {
  let rest = "";
  response.setEncoding("utf8");
  try {
    for await (const chunk of response) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      yield* lines.filter((line) => line !== "");
    }
  } catch (cause) {
    throw new KubernetesError(0, "Unreachable", `the watch broke off: ${messageOf(cause)}`, { cause });
  }
}

function errorFrom(status: number, text: string): KubernetesError {
  try {
    const body = JSON.parse(text) as { reason?: string; message?: string };
    return new KubernetesError(status, body.reason ?? "", body.message ?? text);
  } catch {
    return new KubernetesError(status, "", text.slice(0, 500) || `HTTP status ${status}`);
  }
}

export class KubernetesClient {
  readonly #transport: Transport;

  constructor(config: KubeConfig) {
    this.#transport = new Transport(config);
  }

  /** By $KUBECONFIG, ~/.kube/config, or the service account of the pod it runs in. */
  static fromEnvironment(): KubernetesClient {
    const config = new KubeConfig();
    config.loadFromDefault();
    return new KubernetesClient(config);
  }

  static fromFile(path: string): KubernetesClient {
    const config = new KubeConfig();
    config.loadFromFile(path);
    return new KubernetesClient(config);
  }

  close(): void {
    this.#transport.close();
  }

  async list<T extends KubernetesObject>(
    type: ResourceType<T>,
    selection: Selection = {},
  ): Promise<Listed<T>> {
    const path = this.#path(type, selection, selectors(selection));
    const body = await this.#request<{ items: T[]; metadata: { resourceVersion: string } }>("GET", path);
    const { apiVersion, kind } = type;
    // Items of a list carry no type of their own.
    const items = body.items.map((item) => ({ ...item, apiVersion, kind }));
    return { items, resourceVersion: body.metadata.resourceVersion };
  }

  get<T extends KubernetesObject>(type: ResourceType<T>, named: Named): Promise<T> {
    return this.#request<T>("GET", this.#path(type, named));
  }

  create<T extends KubernetesObject>(type: ResourceType<T>, object: T): Promise<T> {
    return this.#request<T>("POST", this.#path(type, { namespace: object.metadata.namespace }), object);
  }

  /** Fails with Conflict when the object changed since it was read (metadata.resourceVersion). */
  replace<T extends KubernetesObject>(type: ResourceType<T>, object: T): Promise<T> {
    return this.#request<T>("PUT", this.#path(type, object.metadata), object);
  }

  replaceStatus<T extends KubernetesObject>(type: ResourceType<T>, object: T): Promise<T> {
    return this.#request<T>("PUT", this.#path(type, object.metadata, {}, "status"), object);
  }

  /** JSON merge patch (RFC 7386). */
  patch<T extends KubernetesObject>(
    type: ResourceType<T>,
    named: Named,
    patch: unknown,
    subresource?: string,
  ): Promise<T> {
    const path = this.#path(type, named, {}, subresource);
    return this.#request<T>("PATCH", path, patch, "application/merge-patch+json");
  }

  /** Creates below an object, e.g. pods/<name>/binding. */
  post<T extends KubernetesObject>(
    type: ResourceType<T>,
    named: Named,
    subresource: string,
    body: unknown,
  ): Promise<unknown> {
    return this.#request("POST", this.#path(type, named, {}, subresource), body);
  }

  async delete<T extends KubernetesObject>(
    type: ResourceType<T>,
    named: Named,
    { uid, gracePeriodSeconds }: DeleteOptions = {},
  ): Promise<void> {
    const options = {
      apiVersion: "v1",
      kind: "DeleteOptions",
      propagationPolicy: "Background",
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    await this.#request("DELETE", this.#path(type, named), options);
  }

  /** Events since `resourceVersion`, until the server ends the watch. Throws KubernetesError, 410 = list again. */
  async *watch<T extends KubernetesObject>(
    type: ResourceType<T>,
    selection: Selection,
    resourceVersion: string,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent<T>> {
    const query = {
      ...selectors(selection),
      watch: "true",
      allowWatchBookmarks: "true",
      resourceVersion,
      timeoutSeconds: watchTimeoutSeconds,
    };
    const path = this.#path(type, selection, query);
    const idleTimeoutMs = (watchTimeoutSeconds + 30) * 1000;
    const response = await this.#transport.open({ method: "GET", path, signal, idleTimeoutMs });
    if (response.statusCode !== 200) throw errorFrom(response.statusCode ?? 0, await readBody(response));
    try {
      for await (const line of linesOf(response)) {
        const event = JSON.parse(line) as
          | WatchEvent<T>
          | { type: "ERROR"; object: { code: number; message: string } };
        if (event.type === "ERROR") throw new KubernetesError(event.object.code, "", event.object.message);
        yield event;
      }
    } finally {
      response.destroy();
    }
  }

  async #request<R>(method: string, path: string, body?: unknown, contentType?: string): Promise<R> {
    const response = await this.#transport.open({
      method,
      path,
      body,
      contentType,
      idleTimeoutMs: requestTimeoutMs,
    });
    const text = await readBody(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw errorFrom(status, text);
    return JSON.parse(text) as R;
  }

  #path<T extends KubernetesObject>(
    type: ResourceType<T>,
    { namespace, name }: { namespace?: string; name?: string },
    query: Query = {},
    subresource?: string,
  ): string {
    const root = type.apiVersion.includes("/") ? `/apis/${type.apiVersion}` : `/api/${type.apiVersion}`;
    const parts = [root];
    if (type.namespaced && namespace !== undefined) parts.push("namespaces", encodeURIComponent(namespace));
    parts.push(type.plural);
    if (name !== undefined) parts.push(encodeURIComponent(name));
    if (subresource !== undefined) parts.push(subresource);
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) search.set(key, String(value));
    }
    return search.size === 0 ? parts.join("/") : `${parts.join("/")}?${search}`;
  }
}

const selectors = ({ labelSelector, fieldSelector }: Selection): Query => ({ labelSelector, fieldSelector });
