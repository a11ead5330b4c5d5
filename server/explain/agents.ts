// SPDX-License-Identifier: Apache-2.0
// Explain's requests to the agents (operator-bridge/src/agent/explain).
import type { ExplainRecord, ExplainRequest } from "@nfaas/domain";
import { AppError, ErrorCode } from "../errors.ts";

const answerMs = 1_000;

export interface AgentAddress {
  node: string;
  address: string;
}

async function ask(
  { address }: AgentAddress,
  path: string,
  token: string | undefined,
  init: RequestInit & { timeoutMs: number },
): Promise<unknown> {
  const headers = {
    "content-type": "application/json",
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const response = await fetch(`${address}${path}`, {
    ...init,
    headers,
    signal: AbortSignal.timeout(init.timeoutMs),
  });
  if (response.ok) return response.json();
  const message = (await response.text()).trim();
  if (response.status === 409) {
    throw new AppError(
      ErrorCode.ExplainBusy,
      "Packets of this tenant are being explained already; try again in a moment.",
    );
  }
  if (response.status === 400) {
    throw new AppError(ErrorCode.InputInvalid, `These packets can't be explained: ${message}.`);
  }
  throw new Error(`the agent answers with HTTP status ${response.status}: ${message}`);
}

/** Answered when the node's gateways have marked their packets, or after `request.waitMs`. Throws EXPLAIN_BUSY, INPUT_INVALID. */
export async function markPackets(
  agent: AgentAddress,
  token: string | undefined,
  request: ExplainRequest,
): Promise<void> {
  const body = JSON.stringify(request);
  await ask(agent, "/explain", token, { method: "POST", body, timeoutMs: request.waitMs + answerMs });
}

export async function readRecords(
  agent: AgentAddress,
  token: string | undefined,
  tenantId: number,
  maxAgeMs: number,
): Promise<ExplainRecord[]> {
  const query = new URLSearchParams({ tenantId: String(tenantId), maxAgeMs: String(maxAgeMs) });
  return (await ask(agent, `/explain?${query}`, token, { timeoutMs: answerMs })) as ExplainRecord[];
}
