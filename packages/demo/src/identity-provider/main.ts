// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { createLogger } from "@nfaas/operator-bridge/log";
import { readEnvironment } from "../environment.ts";
import { loadKeys } from "./keys.ts";
import { startIdentityProvider } from "./server.ts";

const log = createLogger("identity-provider");
const env = readEnvironment(process.env);

const provider = await startIdentityProvider({
  port: env.NFAAS_IDP_PORT,
  consoleUrl: new URL(env.NFAAS_URL).origin,
  clientSecret: env.NFAAS_IDP_CLIENT_SECRET,
  cookieSecret: env.NFAAS_IDP_COOKIE_SECRET,
  keys: loadKeys(join(env.NFAAS_STATE, "identity-provider", "keys.json")),
  users: env.NFAAS_IDP_USERS,
});
log.info("ready", { url: provider.url });

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    log.info("stopping", { signal });
    void provider.stop().then(() => process.exit(0));
  });
}
