// SPDX-License-Identifier: Apache-2.0
// The connection to one pod's process, made anew after every restart of either side, and what is known of the process
// at its other end.
import { Backoff, pause } from "../../kubernetes/backoff.ts";
import type { Logger } from "../../log.ts";
import { ControlClient, DisconnectedError } from "../control/control-client.ts";
import type { DesiredState } from "../generated/nfaas_dataplane_pb.ts";
import { ToldLists } from "./told-lists.ts";

/** How often a new process is asked whether it knows what its group knows. */
const syncMs = 200;

export interface ConnectionOptions {
  pod: string;
  /** Of the control socket. */
  socketPath: string;
  logger: Logger;
  onConnected: () => void;
  /** Before onChange. */
  onDisconnected: () => void;
  /** Something that others report or depend on has changed. */
  onChange: () => void;
}

export class PodConnection {
  readonly #options: ConnectionOptions;
  readonly #lists = new ToldLists();
  #client: ControlClient | undefined;
  #pid: number | undefined;
  #generation = 0n;
  #fresh = true;
  #synced = false;
  #syncing: NodeJS.Timeout | undefined;
  #tried = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  get client(): ControlClient | undefined {
    return this.#client;
  }
  get pid(): number | undefined {
    return this.#pid;
  }
  /** The process has no state yet. */
  get fresh(): boolean {
    return this.#fresh;
  }
  /** The process may carry flows that others of its group have opened. */
  get synced(): boolean {
    return this.#synced;
  }
  /** It has been tried once whether the process is there. */
  get tried(): boolean {
    return this.#tried;
  }

  /** @throws DisconnectedError */
  require(): ControlClient {
    if (!this.#client) throw new DisconnectedError(`pod ${this.#options.pod} is not running`);
    return this.#client;
  }

  /** Stays connected until aborted; then still to be closed. */
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
  }

  close(): void {
    clearTimeout(this.#syncing);
    this.#client?.close();
  }

  /**
   * Gives the process its next state.
   * @returns whether it is the first that the process has
   */
  async apply(client: ControlClient, message: DesiredState): Promise<boolean> {
    const now = BigInt(Date.now());
    this.#generation = now > this.#generation ? now : this.#generation + 1n;
    const domainLists = this.#lists.shorten(message.domainLists);
    await client.apply({ ...message, domainLists, generation: this.#generation });
    this.#lists.taken(message.domainLists);
    const isFirst = this.#fresh;
    this.#fresh = false;
    return isFirst;
  }

  /** The next state tells the process all its lists. */
  forgetLists(): void {
    this.#lists.forget();
  }

  /** Asks once now, then until it is. */
  async askWhetherSynced(client: ControlClient): Promise<void> {
    clearTimeout(this.#syncing);
    const { synced } = await client.hello();
    if (this.#client !== client) return;
    this.#synced = synced;
    if (synced) return this.#options.onChange();
    this.#syncing = setTimeout(() => {
      this.askWhetherSynced(client).catch(() => {}); // it is gone; the next one is asked anew
    }, syncMs);
  }

  /** Answers a promise of the end of the connection, or undefined when there is none. */
  async #connect(): Promise<Promise<void> | undefined> {
    let end: () => void = () => {};
    const lost = new Promise<void>((resolve) => {
      end = resolve;
    });
    let client: ControlClient | undefined;
    try {
      client = await ControlClient.open(this.#options.socketPath, () => {
        this.#disconnected(client);
        end();
      });
      await this.#greet(client);
    } catch {
      client?.close();
      this.#noteTried();
      return;
    }
    this.#noteTried();
    this.#options.onConnected();
    return lost;
  }

  async #greet(client: ControlClient): Promise<void> {
    const { pod, logger } = this.#options;
    const hello = await client.hello();
    if (hello.pod !== pod) throw new DisconnectedError(`pod ${hello.pod} answers at the socket of ${pod}`);
    this.#pid = hello.pid;
    this.#generation = hello.generation;
    this.#fresh = hello.generation === 0n;
    this.#synced = hello.generation !== 0n;
    this.#client = client;
    logger.info("connected", { pod, pid: hello.pid, generation: String(hello.generation) });
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
    const { pod, logger, onDisconnected, onChange } = this.#options;
    onDisconnected();
    logger.warn("disconnected", { pod });
    onChange();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve(), { once: true }),
  );
