// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout this launcher belongs to. */
export const checkout = realpathSync(fileURLToPath(new URL("../../..", import.meta.url)));

export const dataplaneBuild = join(checkout, "dataplane", "build");
export const dataplaneBinary = join(dataplaneBuild, "src", "nfaas-dataplane");

/** Where one instance keeps what; all below its state folder. */
export interface StatePaths {
  readonly root: string;
  readonly instance: string;
  readonly secrets: string;
  readonly status: string;
  readonly lock: string;
  readonly logs: string;
  readonly run: string;
  readonly pods: string;
  readonly postgres: string;
  readonly kube: string;
  readonly kubeTokens: string;
  readonly kubeCa: string;
  readonly kubeconfig: (user?: string) => string;
  readonly log: (part: string) => string;
}

/** @param state the state folder, absolute or relative to the checkout (NFAAS_STATE; default `.nfaas`). */
export function statePaths(state: string): StatePaths {
  const root = resolve(checkout, state);
  const run = join(root, "run");
  const kube = join(root, "kube");
  const logs = join(root, "logs");
  return {
    root,
    run,
    kube,
    logs,
    instance: join(root, "instance.json"),
    secrets: join(root, "secrets.json"),
    status: join(run, "status.json"),
    lock: join(root, "lock"),
    pods: join(run, "pods"),
    postgres: join(root, "postgres"),
    kubeTokens: join(kube, "tokens.json"),
    kubeCa: join(kube, "ca.crt"),
    kubeconfig: (user) => join(root, user === undefined ? "kubeconfig" : `kubeconfig.${user}`),
    log: (part) => join(logs, `${part}.log`),
  };
}
