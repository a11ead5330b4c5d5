// SPDX-License-Identifier: Apache-2.0
// The conversation with one pod's process: stay connected, make its state what it should be, read what it counted, and
// ask it what people ask.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Logger } from "../../log.ts";
import type {
  CaptureStartRequestSchema,
  CaptureStopResponse,
  CountersResponse,
  ExplainReadResponse,
  ExplainStartRequestSchema,
  FlowLogResponse,
} from "../generated/nfaas_dataplane_pb.ts";
import type { DepartedViews } from "../telemetry/departed-views.ts";
import type { ConservationLedger } from "./conservation.ts";
import { Convergence, type StateBuilder } from "./convergence.ts";
import type { BuiltState } from "./desired-state.ts";
import type { Refusal } from "./exclusions.ts";
import { PodConnection } from "./pod-connection.ts";
import { PodCounters } from "./pod-counters.ts";

export interface SessionOptions {
  pod: string;
  /** Of the control socket. */
  socketPath: string;
  logger: Logger;
  /** Something that others report or depend on has changed. */
  onChange: () => void;
}

export class PodSession {
  readonly #connection: PodConnection;
  readonly #convergence: Convergence;
  readonly #counters: PodCounters;

  constructor({ pod, socketPath, logger, onChange }: SessionOptions) {
    this.#connection = new PodConnection({
      pod,
      socketPath,
      logger,
      onConnected: () => this.#convergence.start(),
      onDisconnected: () => {
        this.#convergence.forget();
        this.#counters.forget();
      },
      onChange,
    });
    this.#counters = new PodCounters({ pod, logger, client: () => this.#connection.client });
    this.#convergence = new Convergence({
      pod,
      connection: this.#connection,
      logger,
      onApplied: (before, after) => this.#counters.noteState(before, after),
      onChange,
    });
  }

  /** The process runs and has a state of ours. */
  get ready(): boolean {
    return this.connected && this.applied !== undefined;
  }
  /**
   * The process carries packets by a state: ours, or the one that an agent before us gave it. Undefined until it has
   * been tried once whether it is there. One that shares flows with others first takes over what they know.
   */
  get serving(): boolean | undefined {
    if (!this.#connection.tried) return undefined;
    return this.synced && (this.applied !== undefined || !this.#connection.fresh);
  }
  get connected(): boolean {
    return this.#connection.client !== undefined;
  }
  get pid(): number | undefined {
    return this.#connection.pid;
  }
  /** The process knows what others of its group know, or has none. */
  get synced(): boolean {
    return this.connected && this.#connection.synced;
  }

  get applied(): BuiltState | undefined {
    return this.#convergence.applied;
  }
  get faults(): readonly string[] {
    return this.#convergence.faults;
  }
  /** As Convergence's. */
  refusalOf(uid: string): Refusal | undefined {
    return this.#convergence.refusalOf(uid);
  }
  get refused(): ReadonlySet<string> {
    return this.#convergence.refused;
  }

  get ledger(): ConservationLedger {
    return this.#counters.ledger;
  }
  get departed(): DepartedViews {
    return this.#counters.departed;
  }
  /** As PodCounters'. */
  get counters(): CountersResponse | undefined {
    return this.#counters.latest;
  }
  heardOf(member: string): number | undefined {
    return this.#counters.heardOf(member);
  }
  get flows(): { count: number; askedAt: number } | undefined {
    return this.#counters.flows;
  }
  keptFlowsOf(uid: string): number | undefined {
    return this.#counters.keptFlowsOf(uid);
  }
  hasFinalCount(uid: string): boolean {
    return this.#counters.hasFinalCount(uid);
  }
  poll(): Promise<void> {
    return this.#counters.poll();
  }

  /** What the state should be from now on. */
  update(builder: StateBuilder): void {
    this.#convergence.update(builder);
  }

  /** Stays connected until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#connection.run(signal);
    this.#convergence.stop();
    this.#connection.close();
  }

  /** @throws DisconnectedError, RefusedError (BUSY when a capture is running). */
  startCapture(request: MessageInitShape<typeof CaptureStartRequestSchema>): Promise<void> {
    return this.#connection.require().startCapture(request);
  }
  stopCapture(): Promise<CaptureStopResponse> {
    return this.#connection.require().stopCapture();
  }
  /** As ControlClient's; @throws DisconnectedError, RefusedError. */
  async startExplain(request: MessageInitShape<typeof ExplainStartRequestSchema>): Promise<void> {
    await this.#connection.require().startExplain(request);
  }
  async readExplain(tenantId: number, maxAgeMs: number): Promise<ExplainReadResponse> {
    return this.#connection.require().readExplain(tenantId, maxAgeMs);
  }
  async stopExplain(tenantId: number): Promise<void> {
    await this.#connection.require().stopExplain(tenantId);
  }
  async flowLog(tenantId: number, after: bigint): Promise<FlowLogResponse> {
    return this.#connection.require().flowLog(tenantId, after);
  }
}
