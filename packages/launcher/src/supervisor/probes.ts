// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { request } from "node:https";

const probeTimeoutMs = 2000;

/** Ready when a GET of the URL is answered with a status below 400. */
export function httpProbe(url: string): () => Promise<boolean> {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs), redirect: "manual" });
      await response.body?.cancel();
      return response.status < 400;
    } catch {
      return false;
    }
  };
}

/** The same over TLS with a private authority, whose certificate may not be there yet. */
export function httpsProbe(url: string, caFile: string): () => Promise<boolean> {
  return () =>
    new Promise((resolve) => {
      try {
        const get = request(
          url,
          { ca: readFileSync(caFile), timeout: probeTimeoutMs, agent: false },
          (response) => {
            response.resume();
            resolve((response.statusCode ?? 500) < 400);
          },
        );
        get.on("timeout", () => get.destroy(new Error("timeout")));
        get.on("error", () => resolve(false));
        get.end();
      } catch {
        resolve(false);
      }
    });
}
