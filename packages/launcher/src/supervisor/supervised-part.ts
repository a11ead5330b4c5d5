// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { identify, type ProcessIdentity } from "../process/identity.ts";
import { stopProcess } from "../process/stop.ts";
import { nextBackoff } from "./backoff.ts";
import { openLog } from "./log-file.ts";
import type { Part, PartState, PartStatus } from "./part.ts";

const probeEveryMs = { starting: 150, ready: 3000 } as const;

/**
 * Runs one part: starts it, starts it again whenever it ends, and probes it. The process leads a session of its own,
 * so that a terminal's Ctrl-C reaches the supervisor only, and writes straight to its log, so that it outlives one.
 */
export class SupervisedPart {
  #state: PartState = "stopped";
  #since = new Date();
  /** The newest; its process may be gone before it could be identified. */
  #child: ChildProcess | undefined;
  #process: ProcessIdentity | undefined;
  #restarts = 0;
  #lastExit: string | undefined;
  #backoffMs = 0;
  #wanted = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly part: Part,
    private readonly onChange: (name: string, status: PartStatus) => void,
  ) {}

  get status(): PartStatus {
    return {
      name: this.part.name,
      state: this.#state,
      since: this.#since.toISOString(),
      restarts: this.#restarts,
      ...(this.#process && { process: this.#process }),
      ...(this.#lastExit && { lastExit: this.#lastExit }),
    };
  }

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  async stop(): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const { stopSignal, stopGraceMs } = this.part;
    if (this.#process) await stopProcess(this.#process, stopSignal, stopGraceMs);
    this.#process = undefined;
    this.#enter("stopped");
  }

  #enter(state: PartState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = new Date();
    this.onChange(this.part.name, this.status);
  }

  #spawn(): void {
    const { command, env, cwd, logFile } = this.part;
    const [program = "", ...args] = command;
    const log = openLog(logFile);
    const startedAt = performance.now();
    const child = spawn(program, args, {
      cwd,
      env: { ...env } as NodeJS.ProcessEnv,
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#child = child;
    this.#process = child.pid === undefined ? undefined : identify(child.pid);
    child.once("error", (error) => this.#ended(child, error.message, startedAt));
    child.once("exit", (code, signal) => this.#ended(child, signal ?? `status ${code}`, startedAt));
    this.#state = "stopped"; // so that a restart is told even when the last one never got ready
    this.#enter("starting");
    this.#probeAfter(0);
  }

  #ended(child: ChildProcess, reason: string, startedAt: number): void {
    if (!this.#wanted || child !== this.#child) return;
    clearTimeout(this.#timer);
    this.#process = undefined;
    this.#lastExit = reason;
    this.#backoffMs = nextBackoff(this.#backoffMs, performance.now() - startedAt);
    this.#enter("waiting");
    this.#timer = setTimeout(() => {
      this.#restarts += 1;
      this.#spawn();
    }, this.#backoffMs);
  }

  #probeAfter(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#probe(), ms);
  }

  async #probe(): Promise<void> {
    const probed = this.#process;
    const ready = this.part.probe === undefined || (await this.part.probe());
    if (!this.#wanted || probed === undefined || probed !== this.#process) return;
    if (ready) this.#enter("ready");
    else if (this.#state === "ready") this.#enter("unready");
    this.#probeAfter(ready ? probeEveryMs.ready : probeEveryMs.starting);
  }
}
