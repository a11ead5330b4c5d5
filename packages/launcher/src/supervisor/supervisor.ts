// SPDX-License-Identifier: Apache-2.0
import { EventEmitter, once } from "node:events";
import { LauncherError } from "../errors.ts";
import { writeJson } from "../files.ts";
import type { Instance } from "../instance.ts";
import { identify } from "../process/identity.ts";
import { tailOf } from "../process/run.ts";
import type { InstanceStatus, Part, PartStatus } from "./part.ts";
import { SupervisedPart } from "./supervised-part.ts";

/** Keeps all parts of one instance running and writes down what runs, for `status` and for `down` after a kill -9. */
export class Supervisor {
  readonly #parts = new Map<string, SupervisedPart>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #phase: InstanceStatus["phase"] = "starting";
  #closed = false;

  constructor(
    private readonly instance: Instance,
    private readonly onChange: (status: PartStatus) => void = () => {},
  ) {
    this.#save();
  }

  set phase(phase: InstanceStatus["phase"]) {
    this.#phase = phase;
    this.#save();
  }

  #save(): void {
    const supervisor = identify(process.pid);
    if (supervisor === undefined) return;
    const parts = [...this.#parts.values()].map((part) => part.status);
    const status: InstanceStatus = { supervisor, phase: this.#phase, url: this.instance.url, parts };
    writeJson(this.instance.paths.status, status);
  }

  /**
   * Starts a part and waits until it is ready.
   * @param withinMs how long that may take
   * @throws LauncherError PartNotReady with the end of the part's log
   */
  async start(part: Part, withinMs = 60_000): Promise<void> {
    if (this.#closed) throw new Error(`${part.name} is not started: the instance is stopping`);
    const supervised = new SupervisedPart(part, (name, status) => {
      this.#save();
      this.onChange(status);
      this.#changes.emit(name);
    });
    this.#parts.set(part.name, supervised);
    supervised.start();
    const signal = AbortSignal.timeout(withinMs);
    while (supervised.status.state !== "ready") {
      try {
        await once(this.#changes, part.name, { signal });
      } catch {
        throw notReady(part, supervised.status, withinMs);
      }
    }
  }

  /** Stops all parts, those started last first: each may lean on those before it. */
  async stopAll(): Promise<void> {
    this.#closed = true;
    for (const part of [...this.#parts.values()].reverse()) await part.stop();
  }
}

function notReady(part: Part, status: PartStatus, withinMs: number): LauncherError {
  const ended =
    status.lastExit === undefined ? "" : `; it ended with ${status.lastExit}, ${status.restarts} restarts`;
  return new LauncherError(
    "PartNotReady",
    `${part.name} is not ready after ${withinMs / 1000} s${ended}:\n${tailOf(part.logFile)}`,
    `read its log: ./nfaas logs ${part.name}`,
  );
}
