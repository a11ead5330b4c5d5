// SPDX-License-Identifier: Apache-2.0
import { badRequest } from "../errors.ts";
import type { Exchange } from "./exchange.ts";

/** What the query parameter fieldValidation wants done about unknown fields: Strict, Warn (default) or Ignore. */
export function unknownFieldsPolicy(exchange: Exchange): (paths: string[]) => void {
  const mode = exchange.query.get("fieldValidation") || "Warn";
  if (!["Strict", "Warn", "Ignore"].includes(mode))
    throw badRequest(
      `fieldValidation: Unsupported value: "${mode}": supported values: "Ignore", "Strict", "Warn"`,
    );
  return (paths) => {
    const problems = paths.map((path) => `unknown field "${path}"`);
    if (mode === "Strict") throw badRequest(`strict decoding error: ${problems.join(", ")}`);
    if (mode === "Warn") for (const problem of problems) exchange.warn(problem);
  };
}
