// SPDX-License-Identifier: Apache-2.0
import type { Readable } from "node:stream";

/** The last of what an agent wrote to its log. */
export class AgentLog {
  #text = "";
  /** A process that is free to choose its port says in its log which. */
  readonly url: Promise<string>;

  constructor(log: Readable) {
    this.url = new Promise((resolve, reject) => {
      log.setEncoding("utf8").on("data", (chunk: string) => {
        if (process.env.NFAAS_TEST_VERBOSE) process.stderr.write(chunk);
        this.#text = `${this.#text}${chunk}`.slice(-20_000);
        const url = /url=(http:\S+)/.exec(this.#text)?.[1];
        if (url !== undefined) resolve(url);
      });
      log.once("close", () => reject(new Error(`the process ended: ${this.#text}`)));
    });
  }

  tail(lines: number): string {
    return this.#text.trimEnd().split("\n").slice(-lines).join("\n");
  }
}
