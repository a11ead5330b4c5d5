// SPDX-License-Identifier: Apache-2.0
// What one pod has counted, and after which of its states: a count says how a view ended only when it was read after
// the pod had put its last packet into it.
import { messageOf } from "../../kubernetes/errors.ts";
import type { Logger } from "../../log.ts";
import type { ControlClient } from "../control/control-client.ts";
import type { CountersResponse } from "../generated/nfaas_dataplane_pb.ts";
import { DepartedViews } from "../telemetry/departed-views.ts";
import { ConservationLedger } from "./conservation.ts";
import type { BuiltState } from "./desired-state.ts";
import { KeptFlows } from "./kept-flows.ts";

export interface CountersOptions {
  pod: string;
  logger: Logger;
  /** Undefined while there is no connection. */
  client: () => ControlClient | undefined;
}

export class PodCounters {
  readonly #options: CountersOptions;
  readonly ledger = new ConservationLedger();
  readonly departed = new DepartedViews();
  /** Counts applied states; tells whether a look at the counters came after one. */
  #serial = 0;
  /** By view uid: the state in which this pod stopped putting packets into it. */
  readonly #drainedIn = new Map<string, number>();
  readonly #keptFlows = new KeptFlows();
  #polling: Promise<void> | undefined;
  #latest: { response: CountersResponse; serial: number; askedAt: number } | undefined;

  constructor(options: CountersOptions) {
    this.#options = options;
  }

  get latest(): CountersResponse | undefined {
    return this.#latest?.response;
  }
  /** When (performance.now()) all was known here that the member of the group knew then; undefined = nobody knows. */
  heardOf(member: string): number | undefined {
    const of = this.#latest?.response.stateGroup?.members.find((m) => m.pod === member);
    return this.#latest && of?.connected ? this.#latest.askedAt - Number(of.lagMs) : undefined;
  }
  /** Flows that the process has, and when (performance.now()) it was asked; undefined = it has not been. */
  get flows(): { count: number; askedAt: number } | undefined {
    if (!this.#latest) return undefined;
    const { response, askedAt } = this.#latest;
    return { count: response.tenants.reduce((sum, t) => sum + Number(t.flows), 0), askedAt };
  }
  /** Flows kept in the view; undefined while this pod has not counted them since new ones go elsewhere. */
  keptFlowsOf(uid: string): number | undefined {
    return this.#keptFlows.of(uid);
  }
  /** Whether the counters were read after this pod had put its last packet into the view. */
  hasFinalCount(uid: string): boolean {
    return this.#latest !== undefined && this.#latest.serial >= (this.#drainedIn.get(uid) ?? 0);
  }

  /** The process is gone; what it told is no more so. */
  forget(): void {
    this.#latest = undefined;
  }

  /** @param before undefined: nobody knows */
  noteState(before: BuiltState | undefined, after: BuiltState): void {
    this.#serial += 1;
    this.#keptFlows.noteState(before, after, this.#serial);
    for (const view of after.views) {
      const uid = view.metadata.uid ?? "";
      // Without a state before, nobody knows: then count from here.
      const had = before === undefined || takesPackets(before, uid);
      if (had && !takesPackets(after, uid)) this.#drainedIn.set(uid, this.#serial);
    }
    const present = new Set(after.views.map((v) => v.metadata.uid ?? ""));
    for (const uid of this.#drainedIn.keys()) if (!present.has(uid)) this.#drainedIn.delete(uid);
  }

  /** Reads the counters; never rejects. One look at a time: who asks meanwhile waits for the one under way. */
  poll(): Promise<void> {
    this.#polling ??= this.#read().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #read(): Promise<void> {
    const { pod, logger, client: connected } = this.#options;
    const client = connected();
    if (!client) return;
    const serial = this.#serial;
    const askedAt = performance.now();
    try {
      const response = await client.counters();
      if (connected() !== client) return;
      this.#latest = { response, serial, askedAt };
      this.#keptFlows.noteCounters(response, serial);
      this.ledger.record(response);
      this.departed.record(response);
    } catch (error) {
      logger.warn("counters not read", { pod, error: messageOf(error) });
    }
  }
}

const takesPackets = ({ shares, keeping }: BuiltState, uid: string): boolean =>
  (shares.get(uid) ?? 0) > 0 || keeping.has(uid);
