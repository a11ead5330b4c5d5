// SPDX-License-Identifier: Apache-2.0
// What every process here does alike: read its environment, end at SIGTERM, never die of a stray rejection silently.
import { messageOf } from "./kubernetes/errors.ts";
import type { Logger } from "./log.ts";

export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

export function requireEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new ConfigurationError(`set ${name}`);
  return value;
}

export function portFromEnv(name: string, fallback: number): number {
  const port = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigurationError(`${name} must be a port, 0..65535`);
  }
  return port;
}

/** Runs `main` until SIGTERM or SIGINT, then ends the process: exit 0, or 1 when `main` failed. */
export async function runProcess(
  logger: Logger,
  main: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController();
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.once(name, () => {
      logger.info("stopping", { signal: name });
      stopping.abort();
      // Whatever hangs must not hold up the one who waits for us.
      setTimeout(() => process.exit(0), 1_500).unref();
    });
  }
  process.on("unhandledRejection", (error) =>
    logger.error("unhandled rejection", { error: messageOf(error) }),
  );
  try {
    await main(stopping.signal);
    process.exit(0);
  } catch (error) {
    logger.error("failed", { error: messageOf(error) });
    process.exit(1);
  }
}
