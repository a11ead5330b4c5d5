// SPDX-License-Identifier: Apache-2.0
// POST /explain (an ExplainRequest): this node's gateways mark packets; answered when they have.
// GET /explain?tenantId=N&maxAgeMs=N: what this node's pods decided on marked packets of late, ExplainRecords.
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type ExplainRequest, type Protocol, parsePrefix, protocols } from "@nfaas/domain";
import { RequestError, wholeNumber } from "../request-error.ts";
import { type ExplainPod, markPackets, readRecords } from "./explain.ts";

const bodyMax = 16_384;
const maxAgeMsMax = 60_000;
const tenantIdMax = 16_777_215;

function answer(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<ExplainRequest> {
  if (!(Number(request.headers["content-length"]) <= bodyMax)) {
    throw new RequestError(413, `a body of at most ${bodyMax} bytes with its length is needed`);
  }
  let body: Partial<ExplainRequest> | null;
  try {
    body = (await json(request)) as Partial<ExplainRequest> | null;
  } catch {
    throw new RequestError(400, "the body is not JSON");
  }
  const { source, destination, protocol } = body?.flow ?? {};
  const isPrefix = (text: unknown) => text === undefined || (typeof text === "string" && parsePrefix(text));
  if (!protocols.includes(protocol as Protocol)) throw new RequestError(400, "flow.protocol is unknown");
  if (!isPrefix(source)) throw new RequestError(400, "flow.source is no address prefix");
  if (!isPrefix(destination)) throw new RequestError(400, "flow.destination is no address prefix");
  return body as ExplainRequest;
}

export async function serveExplain(
  pods: readonly ExplainPod[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  await markPackets(pods, body, gone.signal);
  answer(response, {});
}

export async function serveExplainRecords(
  pods: readonly ExplainPod[],
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const tenantId = wholeNumber(query, "tenantId", 0, tenantIdMax);
  const maxAgeMs = wholeNumber(query, "maxAgeMs", 0, maxAgeMsMax);
  answer(response, await readRecords(pods, tenantId, maxAgeMs));
}
