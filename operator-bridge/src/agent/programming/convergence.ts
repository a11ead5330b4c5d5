// SPDX-License-Identifier: Apache-2.0
// Makes the state of one pod's process what it should be. A refusal that names one part leaves only that part out, and
// is asked about again.
import { isDeepStrictEqual } from "node:util";
import { toBinary } from "@bufbuild/protobuf";
import { messageOf } from "../../kubernetes/errors.ts";
import type { Logger } from "../../log.ts";
import { type ControlClient, DisconnectedError, RefusedError } from "../control/control-client.ts";
import { DesiredStateSchema } from "../generated/nfaas_dataplane_pb.ts";
import type { BuildOptions, BuiltState } from "./desired-state.ts";
import {
  describeFaults,
  type Exclusions,
  exclude,
  noExclusions,
  type Refusal,
  refusalOf,
} from "./exclusions.ts";
import type { PodConnection } from "./pod-connection.ts";

/** How often what was refused is asked about again. */
const retryMs = 1_000;

export type StateBuilder = (options: BuildOptions) => BuiltState;

export interface ConvergenceOptions {
  pod: string;
  connection: PodConnection;
  logger: Logger;
  /** The process has taken a state. @param before undefined: nobody knows */
  onApplied: (before: BuiltState | undefined, after: BuiltState) => void;
  /** Something that others report or depend on has changed. */
  onChange: () => void;
}

interface Applied {
  state: BuiltState;
  /** Of generation 0, to compare. */
  bytes: Buffer;
}

export class Convergence {
  readonly #options: ConvergenceOptions;
  #builder: StateBuilder | undefined;
  #applied: Applied | undefined;
  /** Why the whole state was refused. */
  #failure: Refusal | undefined;
  #refused: ReadonlyMap<string, Refusal> = new Map();
  #faults: readonly string[] = [];
  #dirty = false;
  #converging = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: ConvergenceOptions) {
    this.#options = options;
  }

  get applied(): BuiltState | undefined {
    return this.#applied?.state;
  }
  /** Ports and links that could not be opened, for people. */
  get faults(): readonly string[] {
    return this.#faults;
  }
  refusalOf(uid: string): Refusal | undefined {
    return this.#refused.get(uid) ?? this.#failure;
  }
  /** Uids of the views that the process was offered and that are not in its state. */
  get refused(): ReadonlySet<string> {
    return new Set(this.#refused.keys());
  }

  /** What the state should be from now on. */
  update(builder: StateBuilder): void {
    this.#builder = builder;
    this.start();
  }

  /** Looks anew at what the process has, now or as soon as it is there. */
  start(): void {
    this.#dirty = true;
    void this.#converge();
  }

  stop(): void {
    clearTimeout(this.#retry);
  }

  /** The process is gone, and its state with it. */
  forget(): void {
    this.#applied = undefined;
  }

  async #converge(): Promise<void> {
    if (this.#converging) return;
    this.#converging = true;
    clearTimeout(this.#retry);
    const { pod, connection, logger } = this.#options;
    try {
      while (this.#dirty && connection.client && this.#builder) {
        this.#dirty = false;
        await this.#applyOnce(connection.client, this.#builder);
      }
    } catch (error) {
      const level = error instanceof DisconnectedError ? "warn" : "error";
      logger[level]("state not applied", { pod, error: messageOf(error) });
    } finally {
      this.#converging = false;
    }
    const complete = !this.#failure && this.#refused.size === 0 && this.#faults.length === 0;
    if (connection.client && !complete) this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.start(), retryMs);
  }

  /** Sends the whole; leaves out what is refused until the rest is taken, or the whole is refused. */
  async #applyOnce(client: ControlClient, builder: StateBuilder): Promise<void> {
    const { connection } = this.#options;
    let exclusions = noExclusions;
    for (;;) {
      const has = new Set(this.#applied?.state.views.map(uidOf));
      const state = builder({ exclusions, fresh: connection.fresh, has });
      const bytes = Buffer.from(toBinary(DesiredStateSchema, state.message));
      if (this.#applied?.bytes.equals(bytes)) {
        // The same message may mean more: that a view takes nothing new which nobody entered here any more, that a pod is to go.
        const applied = meansTheSame(this.#applied.state, state) ? this.#applied : { state, bytes };
        return this.#conclude(applied, state.refused, exclusions);
      }
      try {
        await this.#send(client, state);
        return this.#conclude({ state, bytes }, state.refused, exclusions);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        connection.forgetLists();
        const fewer = exclude(exclusions, error.error, state);
        if (!fewer) return this.#conclude(this.#applied, state.refused, exclusions, refusalOf(error.error));
        exclusions = fewer;
      }
    }
  }

  async #send(client: ControlClient, { message }: BuiltState): Promise<void> {
    const { connection } = this.#options;
    // A cordoned pod was given what its predecessor carried: the next state may say that it is cordoned.
    if (await connection.apply(client, message)) this.#dirty = true;
    if (!connection.synced) await connection.askWhetherSynced(client);
  }

  #conclude(
    applied: Applied | undefined,
    refused: ReadonlyMap<string, Refusal>,
    exclusions: Exclusions,
    failure?: Refusal,
  ): void {
    const faults = describeFaults(exclusions);
    const changed =
      applied !== this.#applied ||
      failure?.message !== this.#failure?.message ||
      !same(refused, this.#refused) ||
      faults.join() !== this.#faults.join();
    if (applied && applied !== this.#applied) this.#options.onApplied(this.#applied?.state, applied.state);
    this.#applied = applied;
    this.#refused = refused;
    this.#failure = failure;
    this.#faults = faults;
    if (!changed) return;
    const { logger, pod, onChange } = this.#options;
    for (const fault of faults) logger.warn("left out", { pod, error: fault });
    for (const { reason, message } of [...refused.values(), ...(failure ? [failure] : [])]) {
      logger.warn("refused", { pod, reason, error: message });
    }
    onChange();
  }
}

const uidOf = ({ metadata }: BuiltState["views"][number]): string => metadata.uid ?? "";

/** Beside what is in the message. */
const meansTheSame = (a: BuiltState, b: BuiltState): boolean =>
  isDeepStrictEqual([a.shares, a.keeping, a.drains], [b.shares, b.keeping, b.drains]);

const same = (a: ReadonlyMap<string, Refusal>, b: ReadonlyMap<string, Refusal>): boolean =>
  a.size === b.size && [...a].every(([uid, refusal]) => b.get(uid)?.message === refusal.message);
