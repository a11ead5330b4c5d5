// SPDX-License-Identifier: Apache-2.0
import { functionKinds } from "@nfaas/domain";
import { services } from "../services.ts";

export interface CatalogueFunction {
  name: string;
  displayName: string;
  description: string;
  outputs: string[];
  /** JSON Schema (draft 7). */
  configSchema: Record<string, unknown> | null;
}

/** What the platform offers: the NetworkFunctions of the Kubernetes API that this console knows how to configure. */
export async function listFunctions(): Promise<CatalogueFunction[]> {
  const { world } = services();
  await world.ready();
  return world.networkFunctions
    .list()
    .filter(({ metadata }) => Object.hasOwn(functionKinds, metadata.name))
    .map(({ metadata, spec }) => ({
      name: metadata.name,
      displayName: spec.displayName,
      description: spec.description,
      outputs: spec.outputs ?? [],
      configSchema: spec.configSchema ?? null,
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
