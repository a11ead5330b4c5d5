// SPDX-License-Identifier: Apache-2.0
// Structured one-line logs on stderr: time, level, component, message, then fields as key=value.

export type Fields = Record<string, string | number | boolean | undefined>;

export interface Logger {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

const quote = (value: string | number | boolean): string =>
  typeof value === "string" && !/^[\w./:@%+-]+$/.test(value) ? JSON.stringify(value) : String(value);

export function createLogger(component: string): Logger {
  const write = (level: string, message: string, fields: Fields = {}) => {
    const rest = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ` ${key}=${quote(value!)}`);
    process.stderr.write(
      `time=${new Date().toISOString()} level=${level} component=${component} msg=${quote(message)}${rest.join("")}\n`,
    );
  };
  return {
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}

export const silent: Logger = { info: () => {}, warn: () => {}, error: () => {} };
