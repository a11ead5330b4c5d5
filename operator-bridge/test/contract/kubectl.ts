// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Target } from "./harness.ts";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** A kubectl that is under way; what it has printed so far can be looked at. */
export class RunningKubectl {
  stdout = "";
  stderr = "";
  readonly outcome: Promise<Outcome>;
  private readonly child: ChildProcess;

  constructor(target: Target, args: string[], input = "") {
    // Its cache is beside the kubeconfig: two servers may have had the same port, one after the other.
    const cache = join(dirname(target.kubeconfig), "cache");
    const child = spawn("kubectl", ["--kubeconfig", target.kubeconfig, "--cache-dir", cache, ...args]);
    this.child = child;
    child.stdout.on("data", (chunk) => {
      this.stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.outcome = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        const { stdout, stderr } = this;
        resolve({ code: code ?? -1, stdout, stderr });
      });
    });
    child.stdin.end(input);
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.outcome;
  }
}

/** Runs kubectl on a target to its end; `input` is its standard input. */
export const kubectl = (target: Target, args: string[], input?: string): Promise<Outcome> =>
  new RunningKubectl(target, args, input).outcome;
