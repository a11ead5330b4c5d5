// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from "node:util";
import type { Condition } from "@nfaas/domain";
import { Backoff, pause } from "@nfaas/operator-bridge/kubernetes/backoff";
import type { KubernetesClient } from "@nfaas/operator-bridge/kubernetes/client";
import { ignore, isNotFound, messageOf } from "@nfaas/operator-bridge/kubernetes/errors";
import {
  functionSets,
  gateways,
  type KubernetesObject,
  type ResourceType,
  tenants,
} from "@nfaas/operator-bridge/kubernetes/resources";
import type { Logger } from "@nfaas/operator-bridge/log";
import { demoObjects } from "./objects.ts";

type Object = KubernetesObject & { spec: object; status?: { conditions?: Condition[] } };

async function createOrReplace<T extends Object>(
  client: KubernetesClient,
  type: ResourceType<T>,
  wanted: T,
): Promise<void> {
  const found = await ignore(isNotFound, client.get(type, wanted.metadata));
  if (!found) await client.create(type, wanted);
  else if (!isDeepStrictEqual(found.spec, wanted.spec)) {
    await client.replace(type, { ...found, spec: wanted.spec });
  }
}

/** Tries until it works: the Kubernetes API, the CRDs or the operator may still be starting. Throws after the time. */
export async function retry<T>(
  what: string,
  timeoutMs: number,
  log: Logger,
  attempt: () => Promise<T>,
): Promise<T> {
  const backoff = new Backoff(100, 1_000);
  const end = performance.now() + timeoutMs;
  let told = "";
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const message = messageOf(error);
      if (performance.now() > end) throw new Error(`${what}: ${message}`, { cause: error });
      if (message !== told) log.info("waiting", { for: what, because: message });
      told = message;
    }
    await pause(backoff.next());
  }
}

async function requireReady<T extends Object>(
  client: KubernetesClient,
  type: ResourceType<T>,
  { metadata: { name, namespace } }: T,
): Promise<void> {
  const { status } = await client.get(type, { name, ...(namespace ? { namespace } : {}) });
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  if (ready?.status !== "True")
    throw new Error(ready ? `${ready.reason}: ${ready.message}` : "no condition Ready yet");
}

/** Tenants, gateways and function sets; resolves when all of them are Ready. */
export async function seedPlatform(
  client: KubernetesClient,
  instance: string,
  log: Logger,
  timeoutMs: number,
): Promise<void> {
  const objects = demoObjects(instance);
  const each = async (
    what: string,
    work: <T extends Object>(type: ResourceType<T>, object: T) => Promise<void>,
  ): Promise<void> => {
    const run = <T extends Object>(type: ResourceType<T>, list: readonly T[]) =>
      list.map((object) =>
        retry(`${type.kind} ${object.metadata.name} ${what}`, timeoutMs, log, () => work(type, object)),
      );
    await Promise.all([
      ...run(tenants, objects.tenants),
      ...run(gateways, objects.gateways),
      ...run(functionSets, objects.functionSets),
    ]);
  };
  await each("applied", (type, object) => createOrReplace(client, type, object));
  await each("ready", (type, object) => requireReady(client, type, object));
}
