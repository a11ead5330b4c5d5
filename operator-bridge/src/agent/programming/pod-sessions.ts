// SPDX-License-Identifier: Apache-2.0
// The sessions with a node's pods, from when a pod is there until it has told its last counts.
import { join } from "node:path";
import { pause } from "../../kubernetes/backoff.ts";
import type { Logger } from "../../log.ts";
import { DepartedPods } from "./departed-pods.ts";
import { PodSession } from "./session.ts";

/** For how long a pod that is deleted may take to tell its last counts. */
const lastWordsMs = 2_000;

export interface PodSessionsOptions {
  /** Holds pods/<pod>/control.sock. */
  runDirectory: string;
  logger: Logger;
  /** Something that others report or depend on has changed. */
  onChange: (pod: string) => void;
  /** A pod that is gone has told its last counts. */
  onLeft: () => void;
}

interface Entry {
  session: PodSession;
  end: AbortController;
  done: Promise<void>;
}

export class PodSessions {
  readonly #options: PodSessionsOptions;
  readonly departed = new DepartedPods();
  readonly #entries = new Map<string, Entry>();
  /** Pods that are being deleted: until they have told their last counts. */
  readonly #leaving = new Map<string, Promise<void>>();

  constructor(options: PodSessionsOptions) {
    this.#options = options;
  }

  get(pod: string): PodSession | undefined {
    return this.#entries.get(pod)?.session;
  }
  list(): PodSession[] {
    return [...this.#entries.values()].map(({ session }) => session);
  }

  getOrOpen(pod: string): PodSession {
    return this.get(pod) ?? this.#open(pod);
  }

  /** Takes leave of all other pods. */
  retain(pods: ReadonlySet<string>): void {
    for (const [name, { session, end }] of this.#entries) {
      if (pods.has(name)) continue;
      this.#entries.delete(name);
      this.#leaving.set(name, this.#takeLeave(session, end));
    }
  }

  /** Settles when all is heard from a pod that is deleted. */
  async whenLeft(pod: string): Promise<void> {
    await this.#leaving.get(pod);
    this.#leaving.delete(pod);
  }

  /** Ends all sessions; the pods run on. */
  end(): Promise<void>[] {
    return [...this.#entries.values()].map(({ end, done }) => {
      end.abort();
      return done;
    });
  }

  #open(pod: string): PodSession {
    const { runDirectory, logger, onChange } = this.#options;
    const session = new PodSession({
      pod,
      socketPath: join(runDirectory, "pods", pod, "control.sock"),
      logger,
      onChange: () => onChange(pod),
    });
    const end = new AbortController();
    this.#entries.set(pod, { session, end, done: session.run(end.signal) });
    return session;
  }

  /** The pod's counts outlive it; it is asked for them once more. */
  async #takeLeave(session: PodSession, end: AbortController): Promise<void> {
    this.departed.add(session.ledger);
    await Promise.race([session.poll(), pause(lastWordsMs)]);
    end.abort();
    this.#options.onLeft();
  }
}
