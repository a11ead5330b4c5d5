// SPDX-License-Identifier: Apache-2.0
// Fills an instance with the demo: people, platform, chains. Can be run again at any time.
import { KubernetesClient } from "@nfaas/operator-bridge/kubernetes/client";
import { createLogger } from "@nfaas/operator-bridge/log";
import { z } from "zod";
import { withPlatform } from "../../../../server/db/transaction.ts";
import { readEnv } from "../../../../server/env.ts";
import { setServices, startServices } from "../../../../server/services.ts";
import { seedChain } from "./chains.ts";
import { seedPeople } from "./people.ts";
import { retry, seedPlatform } from "./platform.ts";

const log = createLogger("demo-seed");
const timeoutMs = 120_000;

const own = z
  .object({
    /** PostgreSQL as the owner of the database. */
    DATABASE_OWNER_URL: z.string().min(1),
    NFAAS_IDP_URL: z.url(),
    NFAAS_IDP_CLIENT_SECRET: z.string().min(16),
    NFAAS_INSTANCE: z.string().min(1),
    /** Tenants whose chain is made. */
    NFAAS_DEMO_CHAINS: z.string().default("acme,globex"),
  })
  .parse(process.env);
const env = readEnv(process.env);

await seedPeople({
  ownerUrl: own.DATABASE_OWNER_URL,
  providerUrl: own.NFAAS_IDP_URL,
  clientSecret: own.NFAAS_IDP_CLIENT_SECRET,
  authSecret: env.authSecret,
});
log.info("people are there");

const client = KubernetesClient.fromEnvironment();
await seedPlatform(client, own.NFAAS_INSTANCE, log, timeoutMs);
client.close();
log.info("platform is ready");

const running = startServices(env);
setServices(running);
const tenants = own.NFAAS_DEMO_CHAINS.split(",")
  .map((name) => name.trim())
  .filter(Boolean);
for (const tenant of tenants) {
  const published = await retry(`chain of ${tenant}`, timeoutMs, log, () => seedChain(tenant));
  log.info(published ? "chain published" : "chain was there", { tenant });
}
await retry("delivery to Kubernetes", timeoutMs, log, () => requireDelivered());
await running.stop();

/** The console would deliver them as well, later; but then "seeded" would mean less. */
async function requireDelivered(): Promise<void> {
  const pending = await withPlatform(running.db, (tx) => tx.intent.count({ where: { state: "pending" } }));
  if (pending > 0) throw new Error(`${pending} intents are not delivered yet`);
}
