// SPDX-License-Identifier: Apache-2.0
import { maxKeepFlowsSeconds } from "@nfaas/domain";

/** How long flows are kept, in seconds, as a person writes it; undefined = blank, for the default. NaN = neither. */
export function readKeepTime(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  return /^\d+$/.test(trimmed) ? Number(trimmed) : Number.NaN;
}

/** Whether it can be published: blank, or whole seconds within bounds. */
export function isKeepTime(text: string): boolean {
  const seconds = readKeepTime(text);
  return seconds === undefined || (seconds >= 1 && seconds <= maxKeepFlowsSeconds);
}
