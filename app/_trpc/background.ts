// SPDX-License-Identifier: Apache-2.0
// Queries that a page repeats by itself. They must not make an abandoned page look like a person at work.
import { backgroundHeader } from "../../server/api/background.ts";

/** Options of a query that is asked again and again; the opening of its page has counted already. */
export const repeated = (everyMs: number) => ({
  refetchInterval: everyMs,
  trpc: { context: { isBackground: true } },
});

/** Of a batch that no person had a part in. */
export function activityHeaders(operations: readonly { context: Record<string, unknown> }[]) {
  return operations.every(({ context }) => context.isBackground === true) ? { [backgroundHeader]: "1" } : {};
}
