// SPDX-License-Identifier: Apache-2.0
// POST /capture?pod=NAME[&max=PACKETS][&seconds=N][&tenantId=N]: the pod's fabric packets as a pcapng file, as soon as
// that many are there or the time is over.
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pause } from "../kubernetes/backoff.ts";
import type { Agent } from "./agent.ts";
import { RefusedError } from "./control/control-client.ts";
import { PacketCounter } from "./pcapng.ts";
import { RequestError, wholeNumber } from "./request-error.ts";

const defaultSeconds = 5;
/** When the caller said how many packets he waits for. */
const patientSeconds = 30;
const maxSeconds = 300;
const lookMs = 100;

/** Ends early when the caller goes away. */
export async function serveCapture(
  agent: Agent,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const session = agent.session(query.get("pod") ?? "");
  if (!session?.connected) throw new RequestError(404, "this node runs no such pod");
  const maxPackets = wholeNumber(query, "max", 0, 10_000_000);
  const seconds = wholeNumber(query, "seconds", maxPackets > 0 ? patientSeconds : defaultSeconds, maxSeconds);
  const tenantId = wholeNumber(query, "tenantId", 0, 16_777_215);
  const name = `capture-${randomUUID()}.pcapng`;
  const path = join(agent.runDirectory, name);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    // The process works in the run folder.
    await session.startCapture({ path: name, maxPackets, tenantId });
    await whenCaptured(path, maxPackets, seconds * 1000, gone.signal);
    const { packets, missed } = await session.stopCapture();
    response.writeHead(200, {
      "content-type": "application/x-pcapng",
      "x-captured-packets": String(packets),
      "x-missed-packets": String(missed),
    });
    await pipeline(createReadStream(path), response);
  } catch (error) {
    if (error instanceof RefusedError) throw new RequestError(409, error.message);
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

async function whenCaptured(path: string, maxPackets: number, ms: number, gone: AbortSignal): Promise<void> {
  if (maxPackets === 0) return pause(ms, gone);
  const counter = new PacketCounter(path);
  const deadline = performance.now() + ms;
  while (!gone.aborted && performance.now() < deadline && (await counter.count()) < maxPackets) {
    await pause(lookMs, gone);
  }
}
