// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { Target } from "./harness.ts";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs kubectl on a target; `input` is its standard input. */
export function kubectl(target: Target, args: string[], input = ""): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Its cache is beside the kubeconfig: two servers may have had the same port, one after the other.
    const cache = join(dirname(target.kubeconfig), "cache");
    const child = spawn("kubectl", ["--kubeconfig", target.kubeconfig, "--cache-dir", cache, ...args]);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
    child.stdin.end(input);
  });
}
