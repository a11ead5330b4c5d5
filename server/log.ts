// SPDX-License-Identifier: Apache-2.0
// One line per event on stderr, as every part writes them. Never given: cookies, tokens, secrets.
import { createLogger, type Logger as PlainLogger } from "@nfaas/operator-bridge/log";

export type Fields = Record<string, unknown>;
export interface Logger {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

function plain(value: unknown): string | number | boolean | undefined {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === "number" || typeof value === "boolean" || value === undefined) return value;
  return typeof value === "string" ? value : JSON.stringify(value);
}

const plainFields = (fields: Fields = {}): Parameters<PlainLogger["info"]>[1] =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plain(value)]));

export function logger(part: string): Logger {
  const write = createLogger(`console/${part}`);
  return {
    info: (message, fields) => write.info(message, plainFields(fields)),
    warn: (message, fields) => write.warn(message, plainFields(fields)),
    error: (message, fields) => write.error(message, plainFields(fields)),
  };
}
