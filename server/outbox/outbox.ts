// SPDX-License-Identifier: Apache-2.0
// Brings published intents to the Kubernetes API: at once, and again until it works. The database is the queue, so a console
// that dies between commit and delivery leaves the work to the next one; several consoles take turns by row locks.
import { Backoff, pause } from "@nfaas/operator-bridge/kubernetes/backoff";
import { messageOf } from "@nfaas/operator-bridge/kubernetes/errors";
import { toGraph } from "../chains/chain-row.ts";
import type { Database, Transaction } from "../db/client.ts";
import { withPlatform } from "../db/transaction.ts";
import type { World } from "../kubernetes/world.ts";
import { logger } from "../log.ts";
import { Notifier } from "../signal.ts";
import { type Delivery, deliver, RefusedError } from "./deliver.ts";

const log = logger("outbox");
/** Looks for forgotten work at least this often. */
const idleMs = 2_000;
const retryMsMax = 5_000;
const retryMsBase = 100;

interface Claimed {
  id: bigint;
  chainId: string;
  attempts: number;
  delivery: Delivery;
}

/**
 * The oldest due intent that is its chain's newest, locked until the transaction ends. One for a chain that was made anew
 * under an old name waits for the old one's deletion.
 */
async function claim(tx: Transaction): Promise<Claimed | undefined> {
  await tx.$executeRaw`UPDATE intents older SET state = 'superseded', done_at = now() WHERE state = 'pending' AND EXISTS
    (SELECT FROM intents newer WHERE newer.chain_id = older.chain_id AND newer.id > older.id)`;
  const [row] = await tx.$queryRaw<
    { id: bigint }[]
  >`SELECT i.id FROM intents i JOIN chains c ON c.id = i.chain_id
    WHERE i.state = 'pending' AND i.next_attempt_at <= now() AND NOT EXISTS
      (SELECT FROM intents o JOIN chains d ON d.id = o.chain_id WHERE o.state = 'pending' AND o.id < i.id
        AND d.tenant_id = c.tenant_id AND d.name = c.name)
    ORDER BY i.id LIMIT 1 FOR UPDATE OF i SKIP LOCKED`;
  if (!row) return undefined;
  const intent = await tx.intent.findUniqueOrThrow({
    where: { id: row.id },
    include: { chain: true, tenant: true },
  });
  const names = { tenant: intent.tenant.name, chain: intent.chain.name };
  const { id, chainId, attempts, revision } = intent;
  if (intent.kind === "delete" || revision === null) {
    return { id, chainId, attempts, delivery: { kind: "delete", ...names } };
  }
  const stored = await tx.revision.findUniqueOrThrow({
    where: { chainId_number: { chainId, number: revision } },
  });
  return {
    id,
    chainId,
    attempts,
    delivery: { kind: "apply", ...names, revision, graph: toGraph(stored.graph) },
  };
}

export class Outbox {
  readonly #db: Database;
  readonly #world: World;
  readonly #changed = new Notifier();
  readonly #woken = new Notifier();
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #due = false;

  constructor(db: Database, world: World) {
    this.#db = db;
    this.#world = world;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#woken.notify();
    await this.#running;
  }

  /** There is new work. */
  wake(): void {
    this.#due = true;
    this.#woken.notify();
    this.#changed.notify();
  }

  /** Calls back when an intent's state changed. */
  onChange(listener: () => void): () => void {
    return this.#changed.listen(listener);
  }

  /** Delivers one intent that is due. False when there is none. Throws DATABASE_UNAVAILABLE. */
  async deliverNext(): Promise<boolean> {
    const worked = await withPlatform(this.#db, async (tx) => {
      const claimed = await claim(tx);
      if (claimed) await this.#deliver(tx, claimed);
      return claimed !== undefined;
    });
    if (worked) this.#changed.notify();
    return worked;
  }

  async #deliver(tx: Transaction, { id, attempts, delivery }: Claimed): Promise<void> {
    const name = `${delivery.tenant}/${delivery.chain}`;
    try {
      await deliver(this.#world.client, delivery);
      await tx.intent.update({
        where: { id },
        data: { state: "applied", lastError: null, doneAt: new Date() },
      });
      log.info("intent delivered", { chain: name, kind: delivery.kind });
    } catch (error) {
      const lastError = messageOf(error).slice(0, 2_000);
      const refused = error instanceof RefusedError;
      const waitMs = Math.min(retryMsMax, retryMsBase * 2 ** Math.min(attempts, 10));
      const nextAttemptAt = new Date(Date.now() + waitMs);
      const outcome = refused ? { state: "refused" as const, doneAt: new Date() } : { nextAttemptAt };
      await tx.intent.update({ where: { id }, data: { attempts: attempts + 1, lastError, ...outcome } });
      log.warn(refused ? "intent refused" : "intent not delivered, retrying", {
        chain: name,
        error: lastError,
      });
    }
  }

  async #run(): Promise<void> {
    const backoff = new Backoff(100, retryMsMax);
    while (!this.#stop.signal.aborted) {
      try {
        while (!this.#stop.signal.aborted && (await this.deliverNext())) backoff.reset();
        await this.#sleep(await this.#nextDueMs());
      } catch (error) {
        log.warn("the outbox can't work", { error: messageOf(error) });
        await pause(backoff.next(), this.#stop.signal);
      }
    }
  }

  async #nextDueMs(): Promise<number> {
    const next = await withPlatform(this.#db, (tx) =>
      tx.intent.findFirst({ where: { state: "pending" }, orderBy: { nextAttemptAt: "asc" } }),
    );
    if (!next) return idleMs;
    return Math.max(20, Math.min(idleMs, next.nextAttemptAt.getTime() - Date.now()));
  }

  async #sleep(ms: number): Promise<void> {
    if (this.#due) {
      this.#due = false;
      return;
    }
    const woken = new AbortController();
    const leave = this.#woken.listen(() => woken.abort());
    await pause(ms, woken.signal);
    leave();
    this.#due = false;
  }
}
