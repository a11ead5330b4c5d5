// SPDX-License-Identifier: Apache-2.0
// What the console knows of an error: the server's stable code and the sentence for the person.
import { TRPCClientError } from "@trpc/client";

export interface ShownError {
  /** ErrorCode of server/errors.ts, or "UNREACHABLE" when there was no answer at all. */
  code: string;
  message: string;
  details: unknown;
  /** Trying again may help without anybody changing anything. */
  temporary: boolean;
}

const temporaryCodes = new Set(["UNREACHABLE", "KUBERNETES_UNAVAILABLE", "DATABASE_UNAVAILABLE", "INTERNAL"]);

export function errorOf(error: unknown): ShownError {
  const data = error instanceof TRPCClientError ? (error.data as Record<string, unknown> | null) : null;
  if (!data || typeof data.appCode !== "string") return unreachable;
  const message = error instanceof Error ? error.message : "";
  return { code: data.appCode, message, details: data.details, temporary: temporaryCodes.has(data.appCode) };
}

const unreachable: ShownError = {
  code: "UNREACHABLE",
  message: "The console can’t be reached; check the connection and try again.",
  details: null,
  temporary: true,
};
