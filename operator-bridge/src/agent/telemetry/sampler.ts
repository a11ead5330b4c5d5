// SPDX-License-Identifier: Apache-2.0
// When the pods' counters are read: each second for those who watch, and more often while a view drains, since the
// counters decide when it may go.
import type { LiveSample } from "@nfaas/domain";
import { pause } from "../../kubernetes/backoff.ts";
import type { PodSession } from "../programming/session.ts";

const sampleMs = 1_000;
const drainingSampleMs = 100;
/** A pod that does not answer keeps the others' figures waiting no longer. */
const patienceMs = 300;

export interface SamplerOptions {
  sessions: () => PodSession[];
  /** Uids of the views that exist. */
  views: () => ReadonlySet<string>;
  /** Uids of the views that drain. */
  going: () => ReadonlySet<string>;
  /** From the counters read last. */
  makeSample: () => LiveSample;
  publish: (sample: LiveSample) => void;
  /** The counters of draining views have been read. */
  onDrained: () => void;
}

export class Sampler {
  readonly #options: SamplerOptions;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#sample(signal), this.#sampleDraining(signal)]);
  }

  /** At whole seconds, so that samples of several nodes fall together. */
  async #sample(signal: AbortSignal): Promise<void> {
    const { sessions, views, makeSample, publish } = this.#options;
    while (!signal.aborted) {
      await pause(sampleMs - (Date.now() % sampleMs), signal);
      if (signal.aborted) return;
      await this.#poll(sessions(), signal);
      const present = views();
      for (const session of sessions()) session.ledger.retain(present);
      publish(makeSample());
    }
  }

  async #sampleDraining(signal: AbortSignal): Promise<void> {
    const { sessions, going, onDrained } = this.#options;
    while (!signal.aborted) {
      await pause(drainingSampleMs, signal);
      const uids = going();
      if (uids.size === 0) continue;
      const draining = sessions().filter(({ applied }) =>
        applied?.views.some((v) => uids.has(v.metadata.uid ?? "")),
      );
      await this.#poll(draining, signal);
      onDrained();
    }
  }

  async #poll(sessions: readonly PodSession[], signal: AbortSignal): Promise<void> {
    const answers = Promise.all(sessions.map((session) => session.poll()));
    await Promise.race([answers, pause(patienceMs, signal)]);
  }
}
