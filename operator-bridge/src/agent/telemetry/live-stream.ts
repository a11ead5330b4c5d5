// SPDX-License-Identifier: Apache-2.0
// GET /live: one sample a second as Server-Sent Events, each encoded once for all who listen. The event id is the
// sample's time; one who comes back with Last-Event-ID gets what he missed, as far as it is remembered.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { LiveSample } from "@nfaas/domain";

/** Two minutes. */
const rememberedSamples = 120;
/** A listener this far behind is cut off; it comes back and resumes. */
const maxBacklogBytes = 8 * 1024 * 1024;

export class LiveStream {
  readonly #listeners = new Set<ServerResponse>();
  readonly #recent: { time: number; event: string }[] = [];
  #latest: LiveSample | undefined;

  get latest(): LiveSample | undefined {
    return this.#latest;
  }

  publish(sample: LiveSample): void {
    this.#latest = sample;
    const event = `id: ${sample.time}\nevent: sample\ndata: ${JSON.stringify(sample)}\n\n`;
    this.#recent.push({ time: sample.time, event });
    if (this.#recent.length > rememberedSamples) this.#recent.shift();
    for (const listener of this.#listeners) {
      if (listener.writableLength > maxBacklogBytes) listener.destroy();
      else listener.write(event);
    }
  }

  /** Answers a request; the response stays open. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      connection: "keep-alive",
    });
    const since = Number(request.headers["last-event-id"] ?? Number.NaN);
    const missed = Number.isFinite(since)
      ? this.#recent.filter((r) => r.time > since)
      : this.#recent.slice(-1);
    for (const { event } of missed) response.write(event);
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
  }

  close(): void {
    for (const listener of this.#listeners) listener.end();
    this.#listeners.clear();
  }
}
