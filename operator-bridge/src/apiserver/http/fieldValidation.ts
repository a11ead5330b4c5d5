// SPDX-License-Identifier: Apache-2.0
import { badRequest, fieldError, invalid } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

const modes = ["Ignore", "Strict", "Warn"];

/** 422 for a query parameter whose value is none of `supported`. */
export function assertSupported(parameter: string, value: string, supported: string[]): void {
  if (supported.includes(value)) return;
  throw invalid("meta.k8s.io", "Options", "", [fieldError.notSupported(parameter, value, supported)]);
}

/** What the query parameter fieldValidation wants done about unknown fields: Strict, Warn (default) or Ignore. */
export function unknownFieldsPolicy(exchange: Exchange): (paths: string[]) => void {
  const mode = exchange.query.get("fieldValidation") || "Warn";
  assertSupported("fieldValidation", mode, modes);
  return (paths) => {
    const problems = paths.map((path) => `unknown field "${path}"`);
    if (mode === "Strict") throw badRequest(`strict decoding error: ${problems.join(", ")}`);
    if (mode === "Warn") for (const problem of problems) exchange.warn(problem);
  };
}
