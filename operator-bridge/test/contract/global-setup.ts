// SPDX-License-Identifier: Apache-2.0
// Starts the servers once for all contract tests: ours always, the real one when KUBEBUILDER_ASSETS says where it is.
import type { TestProject } from "vitest/node";
import { type Running, startEmbedded, startReal, type Target } from "./harness.ts";

declare module "vitest" {
  export interface ProvidedContext {
    targets: Target[];
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const assets = process.env.KUBEBUILDER_ASSETS;
  const running: Running<Target>[] = [await startEmbedded()];
  const stop = async () => {
    for (const server of running) await server.stop();
  };
  try {
    if (assets) running.push(await startReal(assets));
    else console.warn("contract: KUBEBUILDER_ASSETS is not set: the real Kubernetes API is SKIPPED");
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide(
    "targets",
    running.map(({ value }) => value),
  );
  return stop;
}
