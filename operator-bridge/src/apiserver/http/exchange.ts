// SPDX-License-Identifier: Apache-2.0
// One request and its answer: bodies in JSON or YAML, answers in JSON.
import type { IncomingMessage, ServerResponse } from "node:http";
import { parse as parseYaml } from "yaml";
import { badRequest, tooLarge, unsupportedMediaType } from "../errors.ts";
import { isObject } from "../objects.ts";
import { decodeProtobuf, protobufType } from "./protobuf.ts";

/** Kubernetes' own limit of a request body. */
const bodyBytesMax = 3 * 1024 * 1024;

const textTypes = ["application/json", "application/yaml"];

export interface User {
  user: string;
  groups: string[];
}

export class Exchange {
  readonly url: URL;
  readonly segments: string[];
  user: User | undefined;
  private readonly warnings: string[] = [];

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
  ) {
    this.url = parseUrl(request.url ?? "/");
    this.segments = this.url.pathname.split("/").filter(Boolean).map(decodeSegment);
  }

  get method(): string {
    return this.request.method ?? "GET";
  }

  get query(): URLSearchParams {
    return this.url.searchParams;
  }

  get contentType(): string {
    return (this.request.headers["content-type"] ?? "application/json").split(";")[0]!.trim().toLowerCase();
  }

  flag(name: string): boolean {
    return ["true", "1"].includes(this.query.get(name) ?? "");
  }

  /** Shown by kubectl beside the answer. */
  warn(message: string): void {
    this.warnings.push(`299 - ${JSON.stringify(message.slice(0, 1_000))}`);
  }

  async bytes(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.request) {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) throw tooLarge(bodyBytesMax);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async text(): Promise<string> {
    return (await this.bytes()).toString("utf8");
  }

  /** The body as a value, undefined when there is none. 415 for what is not understood. */
  async body(): Promise<unknown> {
    const body = await this.bytes();
    if (body.length === 0) return undefined;
    if (this.contentType === protobufType) return decodeProtobuf(body);
    if (!textTypes.includes(this.contentType)) throw unsupportedMediaType(textTypes);
    return parseBody(body.toString("utf8"), this.contentType);
  }

  async bodyObject(): Promise<Record<string, unknown>> {
    const value = await this.body();
    if (!isObject(value)) throw badRequest("the body of the request must be an object");
    return value;
  }

  json(code: number, value: unknown, contentType = "application/json"): void {
    const text = `${JSON.stringify(value)}\n`;
    if (this.warnings.length > 0) this.response.setHeader("warning", this.warnings);
    this.response.writeHead(code, {
      "content-type": contentType,
      "content-length": Buffer.byteLength(text),
      "cache-control": "no-cache, private",
    });
    this.response.end(text);
  }
}

function parseUrl(text: string): URL {
  if (!URL.canParse(`https://localhost${text}`)) throw badRequest("malformed request path");
  return new URL(`https://localhost${text}`);
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest(`malformed path segment "${segment}"`);
  }
}

const depthMax = 256;

/** Nesting that would exhaust the stack of whoever walks the value later. */
function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => isDeeperThan(item, depth - 1));
}

const forbiddenKey = "__proto__";

/** As JSON.parse, but without the one key that would set an object's prototype when it is copied. */
function parseJson(text: string): unknown {
  if (!text.includes(forbiddenKey)) return JSON.parse(text);
  return JSON.parse(text, (key, value) => (key === forbiddenKey ? undefined : value));
}

/** Parses a body. Throws 400 when it is malformed or nested too deeply. */
export function parseBody(text: string, contentType: string): unknown {
  let value: unknown;
  try {
    value = contentType.endsWith("yaml") ? parseYaml(text, { maxAliasCount: 100 }) : parseJson(text);
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (isDeeperThan(value, depthMax))
    throw badRequest(`the object provided is nested deeper than ${depthMax} levels`);
  return value;
}
