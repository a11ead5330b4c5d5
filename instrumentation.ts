// SPDX-License-Identifier: Apache-2.0

/** Called once by Next when the process starts: the outbox must go on even if nobody opens a page. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startConsole } = await import("./server/start.ts");
  startConsole();
}
