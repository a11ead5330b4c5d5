// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { systemNamespace } from "@nfaas/domain";
import { serveHealth } from "../health.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { LeaderElection } from "../kubernetes/leader-election.ts";
import { createLogger } from "../log.ts";
import { portFromEnv, runProcess } from "../process.ts";
import { Operator } from "./operator.ts";

const logger = createLogger("operator");

await runProcess(logger, async (signal) => {
  const client = KubernetesClient.fromEnvironment();
  const identity = `${hostname()}-${process.pid}-${randomBytes(3).toString("hex")}`;
  const operator = new Operator({ client, identity, logger });
  const health = await serveHealth(portFromEnv("NFAAS_OPERATOR_PORT", 9463), {
    // One that waits for its turn is ready too.
    isReady: () => true,
    metrics: () => operator.renderMetrics(),
  });
  logger.info("started", { identity, url: health.url });
  const election = new LeaderElection({
    client,
    namespace: systemNamespace,
    name: "nfaas-operator",
    identity,
    logger,
  });
  await election.run(signal, (leading) => operator.run(leading));
  await health.close();
});
