// SPDX-License-Identifier: Apache-2.0
// The conversation with one pod's process: stay connected, and make its state what it should be, again after every
// restart of either side. A refusal that names one part leaves only that part out, and is asked about again.
import { isDeepStrictEqual } from "node:util";
import { type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Backoff, pause } from "../../kubernetes/backoff.ts";
import { messageOf } from "../../kubernetes/errors.ts";
import type { Logger } from "../../log.ts";
import { ControlClient, DisconnectedError, RefusedError } from "../control/control-client.ts";
import {
  type CaptureStartRequestSchema,
  type CaptureStopResponse,
  type CountersResponse,
  DesiredStateSchema,
  type ExplainReadResponse,
  type ExplainStartRequestSchema,
  type FlowLogResponse,
} from "../generated/nfaas_dataplane_pb.ts";
import { DepartedViews } from "../telemetry/departed-views.ts";
import { ConservationLedger } from "./conservation.ts";
import type { BuildOptions, BuiltState } from "./desired-state.ts";
import {
  describeFaults,
  type Exclusions,
  exclude,
  noExclusions,
  type Refusal,
  refusalOf,
} from "./exclusions.ts";
import { KeptFlows } from "./kept-flows.ts";
import { ToldLists } from "./told-lists.ts";

/** How often a new process is asked whether it knows what its group knows. */
const syncMs = 200;
/** How often what was refused is asked about again. */
const retryMs = 1_000;

export type StateBuilder = (options: BuildOptions) => BuiltState;

export interface SessionOptions {
  pod: string;
  /** Of the control socket. */
  socketPath: string;
  logger: Logger;
  /** Something that others report or depend on has changed. */
  onChange: () => void;
}

interface Applied {
  state: BuiltState;
  /** Of generation 0, to compare. */
  bytes: Buffer;
}

export class PodSession {
  readonly #options: SessionOptions;
  readonly ledger = new ConservationLedger();
  readonly departed = new DepartedViews();
  readonly #lists = new ToldLists();
  #client: ControlClient | undefined;
  #pid: number | undefined;
  #generation = 0n;
  #fresh = true;
  /** The process may carry flows that others of its group have opened. */
  #synced = false;
  #syncing: NodeJS.Timeout | undefined;
  #builder: StateBuilder | undefined;
  #applied: Applied | undefined;
  /** Why the whole state was refused. */
  #failure: Refusal | undefined;
  #refused: ReadonlyMap<string, Refusal> = new Map();
  /** Ports and links that could not be opened, for people. */
  #faults: readonly string[] = [];
  #dirty = false;
  #converging = false;
  #tried = false;
  #retry: NodeJS.Timeout | undefined;
  /** Counts applied states; tells whether a look at the counters came after one. */
  #serial = 0;
  /** By view uid: the state in which this pod stopped putting packets into it. */
  readonly #drainedIn = new Map<string, number>();
  readonly #keptFlows = new KeptFlows();
  #polling: Promise<void> | undefined;
  #counters: { response: CountersResponse; serial: number; askedAt: number } | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The process runs and has a state of ours. */
  get ready(): boolean {
    return this.#client !== undefined && this.#applied !== undefined;
  }
  /**
   * The process carries packets by a state: ours, or the one that an agent before us gave it. Undefined until it has
   * been tried once whether it is there. One that shares flows with others first takes over what they know.
   */
  get serving(): boolean | undefined {
    if (!this.#tried) return undefined;
    return this.#client !== undefined && this.#synced && (this.#applied !== undefined || !this.#fresh);
  }
  get connected(): boolean {
    return this.#client !== undefined;
  }
  get pid(): number | undefined {
    return this.#pid;
  }
  get applied(): BuiltState | undefined {
    return this.#applied?.state;
  }
  get counters(): CountersResponse | undefined {
    return this.#counters?.response;
  }
  /** The process knows what others of its group know, or has none. */
  get synced(): boolean {
    return this.#client !== undefined && this.#synced;
  }
  /** When (performance.now()) all was known here that the member of the group knew then; undefined = nobody knows. */
  heardOf(member: string): number | undefined {
    const of = this.#counters?.response.stateGroup?.members.find((m) => m.pod === member);
    return this.#counters && of?.connected ? this.#counters.askedAt - Number(of.lagMs) : undefined;
  }
  /** Flows that the process has, and when (performance.now()) it was asked; undefined = it has not been. */
  get flows(): { count: number; askedAt: number } | undefined {
    if (!this.#counters) return undefined;
    const { response, askedAt } = this.#counters;
    return { count: response.tenants.reduce((sum, t) => sum + Number(t.flows), 0), askedAt };
  }
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
  /** Flows kept in the view; undefined while this pod has not counted them since new ones go elsewhere. */
  keptFlowsOf(uid: string): number | undefined {
    return this.#keptFlows.of(uid);
  }
  /** Whether the counters were read after this pod had put its last packet into the view. */
  hasFinalCount(uid: string): boolean {
    return this.#counters !== undefined && this.#counters.serial >= (this.#drainedIn.get(uid) ?? 0);
  }

  /** What the state should be from now on. */
  update(builder: StateBuilder): void {
    this.#builder = builder;
    this.#dirty = true;
    void this.#converge();
  }

  /** Stays connected until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(20, 500);
    const end = aborted(signal);
    while (!signal.aborted) {
      const lost = await this.#connect();
      if (lost) {
        backoff.reset();
        await Promise.race([lost, end]);
      }
      if (!signal.aborted) await pause(backoff.next(), signal);
    }
    clearTimeout(this.#retry);
    clearTimeout(this.#syncing);
    this.#client?.close();
  }

  /** Answers a promise of the end of the connection, or undefined when there is none. */
  async #connect(): Promise<Promise<void> | undefined> {
    const { pod, socketPath, logger } = this.#options;
    let end: () => void = () => {};
    const lost = new Promise<void>((resolve) => {
      end = resolve;
    });
    let client: ControlClient | undefined;
    try {
      client = await ControlClient.open(socketPath, () => {
        this.#disconnected(client);
        end();
      });
      const hello = await client.hello();
      if (hello.pod !== pod) throw new DisconnectedError(`pod ${hello.pod} answers at the socket of ${pod}`);
      this.#pid = hello.pid;
      this.#generation = hello.generation;
      this.#fresh = hello.generation === 0n;
      this.#synced = hello.generation !== 0n;
      this.#client = client;
      logger.info("connected", { pod, pid: hello.pid, generation: String(hello.generation) });
    } catch {
      client?.close();
      this.#noteTried();
      return;
    }
    this.#noteTried();
    this.#dirty = true;
    void this.#converge();
    return lost;
  }

  #noteTried(): void {
    if (this.#tried) return;
    this.#tried = true;
    this.#options.onChange();
  }

  #disconnected(client: ControlClient | undefined): void {
    if (client === undefined || this.#client !== client) return;
    this.#client = undefined;
    this.#lists.forget();
    this.#pid = undefined;
    this.#applied = undefined;
    this.#counters = undefined;
    this.#options.logger.warn("disconnected", { pod: this.#options.pod });
    this.#options.onChange();
  }

  async #converge(): Promise<void> {
    if (this.#converging) return;
    this.#converging = true;
    clearTimeout(this.#retry);
    try {
      while (this.#dirty && this.#client && this.#builder) {
        this.#dirty = false;
        await this.#applyOnce(this.#client, this.#builder);
      }
    } catch (error) {
      const level = error instanceof DisconnectedError ? "warn" : "error";
      this.#options.logger[level]("state not applied", { pod: this.#options.pod, error: messageOf(error) });
    } finally {
      this.#converging = false;
    }
    const complete = !this.#failure && this.#refused.size === 0 && this.#faults.length === 0;
    if (this.#client && !complete) this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#dirty = true;
      void this.#converge();
    }, retryMs);
  }

  /** Sends the whole; leaves out what is refused until the rest is taken, or the whole is refused. */
  async #applyOnce(client: ControlClient, builder: StateBuilder): Promise<void> {
    let exclusions = noExclusions;
    for (;;) {
      const state = builder({ exclusions, fresh: this.#fresh });
      const bytes = Buffer.from(toBinary(DesiredStateSchema, state.message));
      if (this.#applied?.bytes.equals(bytes)) {
        this.#noteDrains(state.drains);
        return this.#conclude(this.#applied, state.refused, exclusions);
      }
      try {
        await this.#send(client, state);
        return this.#conclude({ state, bytes }, state.refused, exclusions);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.#lists.forget();
        const fewer = exclude(exclusions, error.error, state);
        if (!fewer) return this.#conclude(this.#applied, state.refused, exclusions, refusalOf(error.error));
        exclusions = fewer;
      }
    }
  }

  async #send(client: ControlClient, { message }: BuiltState): Promise<void> {
    const now = BigInt(Date.now());
    this.#generation = now > this.#generation ? now : this.#generation + 1n;
    const domainLists = this.#lists.shorten(message.domainLists);
    await client.apply({ ...message, domainLists, generation: this.#generation });
    this.#lists.taken(message.domainLists);
    // A cordoned pod was given what its predecessor carried: the next state may say that it is cordoned.
    if (this.#fresh) this.#dirty = true;
    this.#fresh = false;
    if (!this.#synced) await this.#askWhetherSynced(client);
  }

  /** Once now, then until it is. */
  async #askWhetherSynced(client: ControlClient): Promise<void> {
    clearTimeout(this.#syncing);
    const { synced } = await client.hello();
    if (this.#client !== client) return;
    this.#synced = synced;
    if (synced) return this.#options.onChange();
    this.#syncing = setTimeout(() => {
      this.#askWhetherSynced(client).catch(() => {}); // it is gone; the next one is asked anew
    }, syncMs);
  }

  #conclude(
    applied: Applied | undefined,
    refused: ReadonlyMap<string, Refusal>,
    exclusions: Exclusions,
    failure?: Refusal,
  ): void {
    const faults = describeFaults(exclusions);
    const before = this.#applied?.state;
    const changed =
      applied !== this.#applied ||
      failure?.message !== this.#failure?.message ||
      !same(refused, this.#refused);
    if (applied && applied !== this.#applied) this.#noteDrained(before, applied.state);
    this.#applied = applied;
    this.#refused = refused;
    this.#failure = failure;
    const sameFaults = faults.join() === this.#faults.join();
    this.#faults = faults;
    if (!changed && sameFaults) return;
    const { logger, pod, onChange } = this.#options;
    for (const fault of faults) logger.warn("left out", { pod, error: fault });
    for (const { reason, message } of [...refused.values(), ...(failure ? [failure] : [])]) {
      logger.warn("refused", { pod, reason, error: message });
    }
    onChange();
  }

  /** The same message may mean more: that a pod which is no neighbour of this one is to go. */
  #noteDrains(drains: BuiltState["drains"]): void {
    if (!this.#applied || isDeepStrictEqual(this.#applied.state.drains, drains)) return;
    this.#applied.state = { ...this.#applied.state, drains };
    this.#options.onChange();
  }

  #noteDrained(before: BuiltState | undefined, after: BuiltState): void {
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
    this.#polling ??= this.#readCounters().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  async #readCounters(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    const serial = this.#serial;
    const askedAt = performance.now();
    try {
      const response = await client.counters();
      if (this.#client !== client) return;
      this.#counters = { response, serial, askedAt };
      this.#keptFlows.noteCounters(response, serial);
      this.ledger.record(response);
      this.departed.record(response);
    } catch (error) {
      this.#options.logger.warn("counters not read", { pod: this.#options.pod, error: messageOf(error) });
    }
  }

  /** @throws DisconnectedError, RefusedError (BUSY when a capture is running). */
  startCapture(request: MessageInitShape<typeof CaptureStartRequestSchema>): Promise<void> {
    return this.#connected().startCapture(request);
  }
  stopCapture(): Promise<CaptureStopResponse> {
    return this.#connected().stopCapture();
  }
  /** As ControlClient's; @throws DisconnectedError, RefusedError. */
  async startExplain(request: MessageInitShape<typeof ExplainStartRequestSchema>): Promise<void> {
    await this.#connected().startExplain(request);
  }
  async readExplain(tenantId: number, maxAgeMs: number): Promise<ExplainReadResponse> {
    return this.#connected().readExplain(tenantId, maxAgeMs);
  }
  async stopExplain(tenantId: number): Promise<void> {
    await this.#connected().stopExplain(tenantId);
  }
  async flowLog(tenantId: number, after: bigint): Promise<FlowLogResponse> {
    return this.#connected().flowLog(tenantId, after);
  }
  #connected(): ControlClient {
    if (!this.#client) throw new DisconnectedError(`pod ${this.#options.pod} is not running`);
    return this.#client;
  }
}

const takesPackets = ({ shares, keeping }: BuiltState, uid: string): boolean =>
  (shares.get(uid) ?? 0) > 0 || keeping.has(uid);

const same = (a: ReadonlyMap<string, Refusal>, b: ReadonlyMap<string, Refusal>): boolean =>
  a.size === b.size && [...a].every(([uid, refusal]) => b.get(uid)?.message === refusal.message);

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true }),
  );
