// SPDX-License-Identifier: Apache-2.0
// The plainest possible client, so that what is tested is the server and not a library.
import type { IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { Target } from "./harness.ts";

/** Answers are looked into freely: a wrong shape makes the assertion fail. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Loose = any;

export interface Answer {
  code: number;
  body: Loose;
  headers: IncomingMessage["headers"];
}

type Headers = Record<string, string>;
type Endpoint = Pick<Target, "url" | "caPem" | "token">;

function open(target: Endpoint, method: string, path: string, body?: string, headers: Headers = {}) {
  const agent = new Agent({ ca: target.caPem, keepAlive: false });
  return new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = httpsRequest(new URL(path, target.url), {
      agent,
      method,
      headers: {
        authorization: `Bearer ${target.token}`,
        ...(body !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        }),
        ...headers,
      },
    });
    outgoing.once("response", resolve).once("error", reject).end(body);
  });
}

/** `body` is sent as it is when it is a string, else as JSON. */
export async function request(
  target: Endpoint,
  method: string,
  path: string,
  body?: unknown,
  headers?: Headers,
): Promise<Answer> {
  const payload = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await open(target, method, path, payload, headers);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const isJson = response.headers["content-type"]?.startsWith("application/json");
  return {
    code: response.statusCode ?? 0,
    body: isJson && text ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

export const mergePatch = { "content-type": "application/merge-patch+json" };
export const jsonPatch = { "content-type": "application/json-patch+json" };
export const strategicPatch = { "content-type": "application/strategic-merge-patch+json" };

export interface WatchEvent {
  type: string;
  object: Loose;
}

/** A watch whose events can be waited for in order. */
export class Watch {
  readonly seen: WatchEvent[] = [];
  readonly ended: Promise<void>;

  private constructor(private readonly response: IncomingMessage) {
    let rest = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) this.seen.push(JSON.parse(line));
    });
    response.on("error", () => {}); // A connection cut short is an end like any other.
    this.ended = new Promise((resolve) => response.once("close", () => resolve()));
  }

  /** `path` with its query; watch=true is added. */
  static async open(target: Target, path: string, headers?: Headers): Promise<Watch> {
    const watchPath = `${path}${path.includes("?") ? "&" : "?"}watch=true`;
    const response = await open(target, "GET", watchPath, undefined, headers);
    if (response.statusCode !== 200) throw new Error(`the watch was refused with ${response.statusCode}`);
    return new Watch(response);
  }

  /** "ADDED a", "DELETED b", ... bookmarks left out: when a server sends them is its own affair. */
  get summary(): string[] {
    return this.seen
      .filter((event) => event.type !== "BOOKMARK")
      .map((event) => `${event.type} ${event.object.metadata?.name ?? event.object.reason}`);
  }

  close(): void {
    this.response.destroy();
  }
}
