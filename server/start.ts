// SPDX-License-Identifier: Apache-2.0
import { logger } from "./log.ts";
import { services } from "./services.ts";

const log = logger("process");
/** Open live streams would keep Next waiting for ever; they join the next process by themselves. */
const exitMs = 1_000;

export function startConsole(): void {
  const running = services();
  log.info("console started", { url: running.env.url });
  process.once("SIGTERM", () => {
    log.info("console stops");
    void running.stop();
    setTimeout(() => process.exit(0), exitMs);
  });
}
