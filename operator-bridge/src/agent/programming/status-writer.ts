// SPDX-License-Identifier: Apache-2.0
// Writes a DataplaneNode's status: at once when it has been quiet, else at most every 100 ms, and never twice the same.
import { isDeepStrictEqual } from "node:util";
import { apiVersion, type DataplaneNode, type DataplaneNodeStatus } from "@nfaas/domain";
import { Backoff, pause } from "../../kubernetes/backoff.ts";
import type { KubernetesClient } from "../../kubernetes/client.ts";
import { type NewCondition, withConditions } from "../../kubernetes/conditions.ts";
import { isConflict, isNotFound, messageOf } from "../../kubernetes/errors.ts";
import { dataplaneNodes } from "../../kubernetes/resources.ts";
import type { Logger } from "../../log.ts";

const minIntervalMs = 100;

export type Report = Omit<DataplaneNodeStatus, "conditions"> & { conditions: NewCondition[] };

export class StatusWriter {
  #due: (() => void) | undefined;
  #isDue = false;
  #node: DataplaneNode | undefined;

  constructor(
    readonly client: KubernetesClient,
    readonly name: string,
    readonly report: () => Report,
    readonly logger: Logger,
  ) {}

  /** Something may have changed. */
  poke(): void {
    this.#isDue = true;
    this.#due?.();
  }

  /** Somebody else may have written: the operator, that we were silent. */
  reread(): void {
    this.#node = undefined;
    this.poke();
  }

  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(50, 2_000);
    while (!signal.aborted) {
      await this.#whenDue(signal);
      if (signal.aborted) return;
      this.#isDue = false;
      try {
        await this.#write();
        backoff.reset();
        await pause(minIntervalMs, signal);
      } catch (error) {
        this.#node = undefined;
        this.#isDue = true;
        if (!isConflict(error)) this.logger.warn("status not written", { error: messageOf(error) });
        await pause(backoff.next(), signal);
      }
    }
  }

  #whenDue(signal: AbortSignal): Promise<void> {
    if (this.#isDue) return Promise.resolve();
    return new Promise((resolve) => {
      this.#due = resolve;
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  async #write(): Promise<void> {
    this.#node ??= await this.#getOrCreate();
    const { conditions, ...facts } = this.report();
    const status = {
      ...facts,
      conditions: withConditions(this.#node.status?.conditions, conditions, new Date()),
    };
    if (isDeepStrictEqual(asJson(status), asJson(this.#node.status))) return;
    this.#node = await this.client.replaceStatus(dataplaneNodes, { ...this.#node, status });
  }

  async #getOrCreate(): Promise<DataplaneNode> {
    try {
      return await this.client.get(dataplaneNodes, { name: this.name });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const metadata = { name: this.name };
      return this.client.create(dataplaneNodes, { apiVersion, kind: "DataplaneNode", metadata, spec: {} });
    }
  }
}

const asJson = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
