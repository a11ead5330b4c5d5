// SPDX-License-Identifier: Apache-2.0
import { pause } from "@nfaas/operator-bridge/kubernetes/backoff";

/** Waits until the check passes; fails with its last error. */
export async function eventually<T>(check: () => Promise<T> | T, timeoutMs = 20_000): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await pause(25);
  }
}
