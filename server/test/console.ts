// SPDX-License-Identifier: Apache-2.0
// A console's server for tests: real PostgreSQL, embedded Kubernetes API with our CRDs, two tenants.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Attachment, apiVersion, type Tenant, tenantNamespace } from "@nfaas/domain";
import {
  type ApiServer,
  startApiServer,
  Tokens,
  writeKubeconfig,
} from "@nfaas/operator-bridge/apiserver/index";
import { install } from "@nfaas/operator-bridge/install/install";
import { KubernetesClient } from "@nfaas/operator-bridge/kubernetes/client";
import { namespaces, tenants } from "@nfaas/operator-bridge/kubernetes/resources";
import { silent } from "@nfaas/operator-bridge/log";
import { openDatabase } from "../db/client.ts";
import { withPlatform } from "../db/transaction.ts";
import type { Env } from "../env.ts";
import type { Principal, Role, TenantScope } from "../scope.ts";
import { type Services, setServices, startServices } from "../services.ts";
import { startDatabase, type TestDatabase } from "./database.ts";

export interface TestConsole {
  database: TestDatabase;
  services: Services;
  kubernetes: KubernetesClient;
  scope(tenant: string): TenantScope;
  principal(tenant: string, role?: Role): Principal;
  /** The embedded Kubernetes API goes away; and comes back at the same address. */
  stopKubernetes(): Promise<void>;
  startKubernetes(): Promise<void>;
  stop(): Promise<void>;
}

export const testEnv = (database: TestDatabase, more: Partial<Env> = {}): Env => ({
  url: "http://127.0.0.1:3000",
  https: false,
  databaseUrl: database.appUrl,
  authDatabaseUrl: database.authUrl,
  authSecret: "a secret of tests, long enough to be one",
  kubeconfig: undefined,
  agentToken: undefined,
  allowHttpProvider: true,
  ...more,
});

const attachment = (name: string, subnet: number): Attachment => ({
  name,
  gateway: "west",
  edgePort: name,
  address: `10.0.${subnet}.1/24`,
  prefixes: [`10.0.${subnet}.0/24`],
});

/** Tenants as the platform and its operator would have made them. */
async function createTenant(client: KubernetesClient, name: string, tenantId: number): Promise<void> {
  const spec = {
    tenantId,
    displayName: name,
    attachments: [attachment("client", 1), attachment("server", 2)],
  };
  const tenant: Tenant = { apiVersion, kind: "Tenant", metadata: { name }, spec };
  await client.create(tenants, tenant);
  const metadata = { name: tenantNamespace(name) };
  await client.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata });
}

async function seedTenants(url: string): Promise<Record<string, string>> {
  const db = openDatabase(url, 1);
  const ids: Record<string, string> = {};
  await withPlatform(db, async (tx) => {
    for (const name of ["acme", "globex"]) {
      const { id } = await tx.tenant.create({ data: { name, displayName: name } });
      ids[name] = id;
    }
  });
  await db.$disconnect();
  return ids;
}

export async function startTestConsole(): Promise<TestConsole> {
  const folder = await mkdtemp(join(tmpdir(), "nfaas-console-"));
  const database = await startDatabase();
  const tokens = new Tokens({ admin: { user: "admin", groups: ["system:masters"] } });
  let server: ApiServer | undefined;
  const startKubernetes = async (): Promise<void> => {
    const port = server ? Number(new URL(server.url).port) : 0;
    server = await startApiServer({ databaseUrl: database.url, stateDir: folder, tokens, port });
  };
  await startKubernetes();
  const { url, caPem } = server as unknown as ApiServer;
  const kubeconfig = join(folder, "kubeconfig");
  await writeKubeconfig(kubeconfig, { url, caPem, token: "admin", user: "admin" });
  const kubernetes = KubernetesClient.fromFile(kubeconfig);
  await install(kubernetes, silent);
  await createTenant(kubernetes, "acme", 1);
  await createTenant(kubernetes, "globex", 2);
  const ids = await seedTenants(database.url);
  const services = startServices(testEnv(database, { kubeconfig }));
  setServices(services);
  const tenant = (name: string) => ({ id: ids[name] ?? "", name });
  return {
    database,
    services,
    kubernetes,
    scope: (name) => ({ tenant: tenant(name), actor: { id: null, name: `user@${name}.example` } }),
    principal: (name, role = "editor") => ({
      sessionId: "test",
      user: { id: ids[name] ?? "", email: `user@${name}.example`, name: "User" },
      memberships: [{ tenant: { ...tenant(name), displayName: name }, role }],
      platformOperator: false,
    }),
    stopKubernetes: async () => server?.stop(),
    startKubernetes,
    stop: async () => {
      await services.stop();
      setServices(undefined);
      kubernetes.close();
      await server?.stop();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
