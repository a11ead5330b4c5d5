// SPDX-License-Identifier: Apache-2.0
// Puts into a Kubernetes API what the operator needs to find there. Can be run again at any time, also to upgrade.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { apiVersion, functionKinds, type NetworkFunction, systemNamespace } from "@nfaas/domain";
import { parse } from "yaml";
import { pause } from "../kubernetes/backoff.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { ignore, isAlreadyExists, isConflict, isNotFound } from "../kubernetes/errors.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type KubernetesObject,
  namespaces,
  networkFunctions,
  type ResourceType,
} from "../kubernetes/resources.ts";
import type { Logger } from "../log.ts";

const crdsDirectory = fileURLToPath(new URL("../../crds/", import.meta.url));

async function readCustomResourceDefinitions(): Promise<CustomResourceDefinition[]> {
  const files = (await readdir(crdsDirectory)).filter((f) => f.endsWith(".yaml")).sort();
  return Promise.all(files.map(async (f) => parse(await readFile(crdsDirectory + f, "utf8"))));
}

/** The catalogue of this release, as objects. */
export const catalogue = (): NetworkFunction[] =>
  Object.values(functionKinds).map(({ name, displayName, description, outputs, configSchema, cost }) => ({
    apiVersion,
    kind: "NetworkFunction",
    metadata: { name },
    spec: { displayName, description, outputs: [...outputs], configSchema, cost },
  }));

interface Specified extends KubernetesObject {
  spec: object;
}

async function createOrReplace<T extends Specified>(
  client: KubernetesClient,
  type: ResourceType<T>,
  wanted: T,
): Promise<void> {
  for (;;) {
    try {
      const current = await ignore(isNotFound, client.get(type, wanted.metadata));
      if (!current) await client.create(type, wanted);
      else if (!isDeepStrictEqual(current.spec, wanted.spec)) {
        await client.replace(type, { ...current, spec: wanted.spec });
      }
      return;
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) throw error;
    }
  }
}

const isEstablished = (crd: CustomResourceDefinition): boolean =>
  (crd.status?.conditions ?? []).some((c) => c.type === "Established" && c.status === "True");

async function whenEstablished(client: KubernetesClient, name: string, deadline: number): Promise<void> {
  for (;;) {
    if (isEstablished(await client.get(customResourceDefinitions, { name }))) return;
    if (performance.now() > deadline) throw new Error(`${name} was not established in time`);
    await pause(50);
  }
}

/** @throws KubernetesError when the API refuses or can't be reached. */
export async function install(client: KubernetesClient, logger: Logger): Promise<void> {
  const crds = await readCustomResourceDefinitions();
  for (const crd of crds) await createOrReplace(client, customResourceDefinitions, crd);
  const deadline = performance.now() + 30_000;
  for (const crd of crds) await whenEstablished(client, crd.metadata.name, deadline);
  logger.info("custom resources are served", { count: crds.length });
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: systemNamespace } } as const;
  await ignore(isAlreadyExists, client.create(namespaces, namespace));
  const functions = catalogue();
  for (const entry of functions) await createOrReplace(client, networkFunctions, entry);
  logger.info("catalogue is up to date", { functions: functions.length });
}
