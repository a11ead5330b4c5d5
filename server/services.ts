// SPDX-License-Identifier: Apache-2.0
// What one console process has exactly one of. Kept on globalThis: Next bundles pages and routes apart, and a variable of this
// module would exist in each of them.
import { KubernetesClient } from "@nfaas/operator-bridge/kubernetes/client";
import { type Database, openDatabase } from "./db/client.ts";
import { type Env, env } from "./env.ts";
import { World } from "./kubernetes/world.ts";
import { Outbox } from "./outbox/outbox.ts";
import { TelemetryHub } from "./telemetry/hub.ts";

export interface Services {
  env: Env;
  /** Role nfaas_app: tenants' work, under row-level security. */
  db: Database;
  /** Role nfaas_auth: sign-in. */
  authDb: Database;
  world: World;
  hub: TelemetryHub;
  outbox: Outbox;
  stop(): Promise<void>;
}

export function startServices(settings: Env): Services {
  const db = openDatabase(settings.databaseUrl);
  const authDb = openDatabase(settings.authDatabaseUrl, 5);
  const client =
    settings.kubeconfig === undefined
      ? KubernetesClient.fromEnvironment()
      : KubernetesClient.fromFile(settings.kubeconfig);
  const world = new World(client);
  const hub = new TelemetryHub(world, settings.agentToken);
  const outbox = new Outbox(db, world);
  world.start();
  hub.start();
  outbox.start();
  const stop = async (): Promise<void> => {
    hub.stop();
    await outbox.stop();
    world.stop();
    await Promise.all([db.$disconnect(), authDb.$disconnect()]);
  };
  return { env: settings, db, authDb, world, hub, outbox, stop };
}

const slot = globalThis as typeof globalThis & { nfaasServices?: Services };

export function services(): Services {
  slot.nfaasServices ??= startServices(env());
  return slot.nfaasServices;
}

/** For tests and the demo's seed, which bring services of their own. */
export function setServices(value: Services | undefined): void {
  slot.nfaasServices = value;
}
