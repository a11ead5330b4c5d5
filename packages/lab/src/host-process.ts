// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import type { LabHost } from "./topology.ts";

const restartPauseMs = 1000;

/**
 * Keeps one command running in a host until `stop` is called; it is started again whenever it ends. The kernel kills it
 * when this process dies (prctl(2) PR_SET_PDEATHSIG), so that a killed lab leaves nothing behind.
 */
export class HostProcess {
  #child: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #lastProblem = "";

  /** @param command asked anew at each start, so that a traffic source may change its rate */
  constructor(
    private readonly host: LabHost,
    private readonly command: () => readonly string[],
    private readonly log: (line: string) => void,
  ) {
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  #start(): void {
    const command = this.command();
    const wrapped = ["netns", "exec", this.host.namespace, "setpriv", "--pdeathsig", "KILL", ...command];
    const child = spawn("ip", wrapped, { stdio: ["ignore", "ignore", "pipe"] });
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk}`.slice(-200);
    });
    child.once("error", (error) => this.#ended(error.message));
    child.once("exit", (code, signal) =>
      this.#ended(code === 0 ? "" : `${signal ?? `status ${code}`} ${complaint}`.trim()),
    );
    this.#child = child;
  }

  #ended(problem: string): void {
    if (this.#stopped) return;
    this.#report(problem);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), problem === "" ? 0 : restartPauseMs);
  }

  /** Says a problem once, not at every restart. */
  #report(problem: string): void {
    if (problem !== "" && problem !== this.#lastProblem)
      this.log(`host=${this.host.namespace} command=${this.command()[0]} ended=${JSON.stringify(problem)}`);
    this.#lastProblem = problem;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#child?.kill("SIGTERM");
  }
}
