// SPDX-License-Identifier: Apache-2.0
import { ApiError, unavailable } from "../errors.ts";
import { Database, FencedError } from "./database.ts";
import { State, type StoreEvent } from "./state.ts";
import { Batch, type Transaction } from "./transaction.ts";

export interface StoreOptions {
  databaseUrl: string;
  /** How many events a watch can look back on; older resourceVersions answer 410. */
  retainedEvents: number;
  /** Called once when another server has taken over: this process should end. */
  onFenced: () => void;
}

interface Operation {
  run: (transaction: Transaction) => unknown;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

type Listener = (events: StoreEvent[]) => void;

/** One listener's failure is its own: the write is done and the others must hear of it. */
function notify(listener: Listener, events: StoreEvent[]): void {
  try {
    listener(events);
  } catch (error) {
    console.error("apiserver: a listener failed:", error);
  }
}

const reconnectDelayMs = { first: 100, most: 2_000 };

/**
 * All objects, with one global sequence of revisions. Writes are queued; those that wait while a commit is under way
 * share the next one, and none is acknowledged before its commit.
 */
export class Store {
  readonly state = new State();
  private database: Database | undefined;
  private readonly queue: Operation[] = [];
  private readonly listeners = new Set<Listener>();
  private draining = false;
  private closed = false;
  private fenced = false;
  private epoch: number | undefined;

  private constructor(private readonly options: StoreOptions) {}

  static async open(options: StoreOptions): Promise<Store> {
    const store = new Store(options);
    store.database = await Database.connect(options.databaseUrl, () => store.lost());
    store.epoch = store.database.epoch;
    await store.database.load(store.state);
    return store;
  }

  /** False while the database is away: what was committed last may not be known then, so nothing is answered. */
  get available(): boolean {
    return this.database !== undefined && !this.closed;
  }

  assertAvailable(): void {
    if (!this.available) throw unavailable("the database is not reachable");
  }

  /** Called with each commit's events, in order and after they are readable. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Runs `operation` when its turn comes. What it throws rejects the promise and undoes its writes. */
  transact<T>(operation: (transaction: Transaction) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.queue.push({ run: operation, resolve, reject });
      void this.drain();
    });
  }

  /** Forgets events beyond the retained ones. */
  async compact(): Promise<void> {
    if (!this.database) return;
    try {
      await this.database.compact(this.state.compact(this.options.retainedEvents));
    } catch (error) {
      this.failed(error);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.database?.close();
    this.database = undefined;
  }

  private async drain(): Promise<void> {
    if (this.draining) return;
    this.draining = true;
    while (this.queue.length > 0) await this.commitBatch(this.queue.splice(0));
    this.draining = false;
  }

  private async commitBatch(operations: Operation[]): Promise<void> {
    const batch = new Batch(this.state);
    const answers: (() => void)[] = [];
    try {
      this.assertAvailable();
      for (const { run, resolve, reject } of operations) {
        try {
          const result = batch.run(run) as never;
          answers.push(() => resolve(result));
        } catch (error) {
          answers.push(() => reject(error));
        }
      }
      if (batch.events.length > 0) await this.database!.commit(this.state.revision, batch.events);
    } catch (error) {
      const reason = error instanceof ApiError ? error : this.failed(error);
      for (const { reject } of operations) reject(reason);
      return;
    }
    this.publish(batch.events);
    for (const answer of answers) answer();
  }

  private publish(events: StoreEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) this.state.apply(event);
    if (this.state.events.length > 2 * this.options.retainedEvents)
      this.state.compact(this.options.retainedEvents);
    for (const listener of this.listeners) notify(listener, events);
  }

  private failed(error: unknown): ApiError {
    if (error instanceof FencedError) {
      this.takenOver();
      return unavailable(error.message);
    }
    // Whether the commit happened is unknown: only a new connection can tell.
    this.lost();
    return unavailable(`the database failed: ${error instanceof Error ? error.message : error}`);
  }

  private takenOver(): void {
    if (this.fenced) return;
    this.fenced = true;
    void this.close();
    this.options.onFenced();
  }

  private lost(): void {
    const database = this.database;
    if (!database || this.closed) return;
    this.database = undefined;
    void database.close();
    void this.reconnect();
  }

  private async reconnect(): Promise<void> {
    for (
      let delayMs = reconnectDelayMs.first;
      !this.closed;
      delayMs = Math.min(2 * delayMs, reconnectDelayMs.most)
    ) {
      try {
        const database = await Database.connect(this.options.databaseUrl, () => this.lost(), this.epoch);
        const missed = await database.eventsAfter(this.state.revision);
        if (this.closed) return void database.close();
        this.publish(missed);
        this.database = database;
        return;
      } catch (error) {
        if (error instanceof FencedError) return this.takenOver();
        await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      }
    }
  }
}
