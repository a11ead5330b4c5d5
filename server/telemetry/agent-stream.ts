// SPDX-License-Identifier: Apache-2.0
// One agent's live stream: Server-Sent Events (HTML standard, section 9.2), joined again whenever it breaks.
import type { LiveSample } from "@nfaas/domain";
import { Backoff, pause } from "@nfaas/operator-bridge/kubernetes/backoff";
import { messageOf } from "@nfaas/operator-bridge/kubernetes/errors";
import { logger } from "../log.ts";

const log = logger("telemetry");
/** Agents send once a second; this long without a byte and the stream counts as dead. */
const silenceMs = 5_000;
/** A sample of many tenants is some megabytes; what is far bigger is no sample. */
const bufferMax = 64 * 1024 * 1024;

export interface AgentStreamOptions {
  node: string;
  /** "http://127.0.0.1:9464" */
  address: string;
  token: string | undefined;
  onSample(sample: LiveSample): void;
  onState(connected: boolean): void;
}

/** Data of the events named "sample" in a chunked text; whatever isn't complete yet waits. */
export class EventParser {
  #buffer = "";

  /** Throws when an event grows beyond all measure. */
  push(text: string): string[] {
    this.#buffer += text.replaceAll("\r\n", "\n");
    if (this.#buffer.length > bufferMax) throw new Error("an event is too large");
    const blocks = this.#buffer.split("\n\n");
    this.#buffer = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const lines = block.split("\n");
      const field = (name: string): string[] =>
        lines
          .filter((line) => line.startsWith(`${name}:`))
          .map((line) => line.slice(name.length + 1).trimStart());
      return field("event").at(-1) === "sample" ? [field("data").join("\n")] : [];
    });
  }
}

async function readStream(
  options: AgentStreamOptions,
  signal: AbortSignal,
  alive: () => void,
): Promise<void> {
  const { address, token, onSample, onState } = options;
  const headers = { accept: "text/event-stream", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${address}/live`, { headers, signal });
  if (!response.ok || !response.body)
    throw new Error(`the agent answers with HTTP status ${response.status}`);
  onState(true);
  const parser = new EventParser();
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    alive();
    for (const data of parser.push(decoder.decode(chunk, { stream: true })))
      onSample(JSON.parse(data) as LiveSample);
  }
}

/** Runs until aborted; never rejects. */
export async function followAgent(options: AgentStreamOptions, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff(200, 2_000);
  while (!signal.aborted) {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silenceMs);
    const alive = (): void => {
      backoff.reset();
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(new Error(`silent for ${silenceMs} ms`)), silenceMs);
    };
    try {
      await readStream(options, AbortSignal.any([signal, silence.signal]), alive);
    } catch (error) {
      if (!signal.aborted)
        log.warn("live stream interrupted", { node: options.node, error: messageOf(error) });
    } finally {
      clearTimeout(timer);
      options.onState(false);
    }
    await pause(backoff.next(), signal);
  }
}
