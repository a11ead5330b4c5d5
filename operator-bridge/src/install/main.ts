// SPDX-License-Identifier: Apache-2.0
import { Backoff, pause } from "../kubernetes/backoff.ts";
import { KubernetesClient } from "../kubernetes/client.ts";
import { isUnreachable, messageOf } from "../kubernetes/errors.ts";
import { createLogger } from "../log.ts";
import { runProcess } from "../process.ts";
import { install } from "./install.ts";

const logger = createLogger("install");
const patienceMs = 60_000;

await runProcess(logger, async (signal) => {
  const client = KubernetesClient.fromEnvironment();
  const backoff = new Backoff(200, 2_000);
  const deadline = performance.now() + patienceMs;
  while (!signal.aborted) {
    try {
      return await install(client, logger);
    } catch (error) {
      if (!isUnreachable(error) || performance.now() > deadline) throw error;
      logger.warn("the Kubernetes API is away", { error: messageOf(error) });
      await pause(backoff.next(), signal);
    }
  }
});
