// SPDX-License-Identifier: Apache-2.0
import { AppError, ErrorCode } from "../errors.ts";

/**
 * Against cross-site request forgery: what changes something must come from a page of our own. Browsers send Origin with every
 * POST; Sec-Fetch-Site is the second word for it. Throws FOREIGN_ORIGIN.
 */
export function requireOwnOrigin(headers: Headers, ownOrigin: string): void {
  const origin = headers.get("origin");
  if (origin === ownOrigin) return;
  if (origin === null && headers.get("sec-fetch-site") === "same-origin") return;
  throw new AppError(ErrorCode.ForeignOrigin, `Open the console at ${ownOrigin} and try again.`, {
    internal: `request from origin ${origin}`,
  });
}
