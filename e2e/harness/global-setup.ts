// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "@nfaas/launcher";

const logCopy = join(checkout, "e2e", "output", "logs");

/** Runs the launcher with its progress on stderr: stdout may carry a reporter's JSON. */
function nfaas(state: string, ...args: string[]): Promise<void> {
  // acme has no chain at the start: its user draws it. Only globex sends, so that acme's figures are the tests' own.
  const demo = { NFAAS_DEMO_CHAINS: "globex", NFAAS_LAB_TRAFFIC: "globex" };
  const env = { ...process.env, ...demo, NFAAS_STATE: state, NFAAS_PORT: "0" };
  return new Promise((resolve, reject) => {
    const child = spawn(join(checkout, "nfaas"), args, {
      env,
      stdio: ["ignore", process.stderr, process.stderr],
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`nfaas ${args.join(" ")} ended with status ${code}`)),
    );
  });
}

async function remove(state: string): Promise<void> {
  rmSync(logCopy, { recursive: true, force: true });
  if (existsSync(join(state, "logs"))) cpSync(join(state, "logs"), logCopy, { recursive: true });
  await nfaas(state, "down", "--purge");
}

/**
 * Starts one whole instance for the run and gives what removes it; its logs are kept in e2e/output/logs.
 * With NFAAS_E2E_STATE set, tests run against the instance of that state folder, which stays as it is.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env.NFAAS_E2E_STATE !== undefined) return async () => {};
  const state = mkdtempSync(join(tmpdir(), "nfaas-e2e-"));
  process.env.NFAAS_E2E_STATE = state; // for the workers
  try {
    await nfaas(state, "up", "--detach");
  } catch (error) {
    await remove(state);
    throw error;
  }
  return () => remove(state);
}
