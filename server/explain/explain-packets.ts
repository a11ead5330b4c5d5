// SPDX-License-Identifier: Apache-2.0
import { type ExplainFlow, type ExplainRecord, explainTraces } from "@nfaas/domain";
import { messageOf } from "@nfaas/operator-bridge/kubernetes/errors";
import { AppError, notFound } from "../errors.ts";
import { logger } from "../log.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { type AgentAddress, markPackets, readRecords } from "./agents.ts";
import { assemblePackets } from "./assemble.ts";
import type { Explanation } from "./types.ts";

const log = logger("explain");
/** With what follows an answer comes within two seconds, also when no such packet does. */
const waitMs = 1_400;
/** A marked packet's way to the last pod. */
const followMs = 200;
/** A record may be this much older than we think: our clock started before the gateway's, our question arrives later. */
const marginMs = 100;

export interface ExplainInput {
  flow: ExplainFlow;
  /** At each gateway, 1..32. */
  packets: number;
}

/** Settles all; what our own errors say goes on, an agent that can't be asked is missing. */
async function fromAll<T>(
  agents: readonly AgentAddress[],
  ask: (agent: AgentAddress, index: number) => Promise<T>,
): Promise<{ answers: T[]; missing: string[] }> {
  const settled = await Promise.allSettled(agents.map(ask));
  const answers: T[] = [];
  const missing: string[] = [];
  for (const [i, one] of settled.entries()) {
    if (one.status === "fulfilled") answers.push(one.value);
    else if (one.reason instanceof AppError) throw one.reason;
    else {
      const node = agents[i]?.node ?? "";
      log.warn("an agent can't be asked", { node, error: messageOf(one.reason) });
      missing.push(node);
    }
  }
  return { answers, missing };
}

let turn = 0;
/** Numbers of packets by agent: its own share, and of that another half at every turn, so that stragglers of the last one don't mix in. */
function traceRange(index: number, agents: number): { firstTrace: number; traces: number } {
  const share = Math.floor(explainTraces / agents);
  const half = Math.max(1, Math.floor(share / 2));
  const second = share > 1 && turn % 2 === 1;
  return { firstTrace: 1 + index * share + (second ? half : 0), traces: half };
}

/**
 * Has the gateways mark the next packets of a flow of the tenant's, both directions, and tells what every pod decided on
 * them, in at most two seconds. Throws EXPLAIN_BUSY, INPUT_INVALID, NOT_FOUND, KUBERNETES_UNAVAILABLE.
 */
export async function explainPackets({ tenant }: TenantScope, input: ExplainInput): Promise<Explanation> {
  const { world, env } = services();
  const started = performance.now();
  await world.ready();
  const tenantId = world.tenants.get(tenant.name)?.spec.tenantId;
  if (tenantId === undefined) throw notFound(`tenant ${tenant.name}`);
  const agents = world.nodes
    .list()
    .flatMap(({ metadata, status }) =>
      status?.agentAddress ? [{ node: metadata.name, address: status.agentAddress }] : [],
    );
  turn += 1;
  const ranges = agents.map((_, i) => traceRange(i, agents.length));
  const asked = performance.now();
  const marked = await fromAll(agents, (agent, i) =>
    markPackets(agent, env.agentToken, {
      ...input,
      tenantId,
      waitMs,
      ...(ranges[i] as (typeof ranges)[number]),
    }),
  );
  if (agents.length > 0) await new Promise((resolve) => setTimeout(resolve, followMs));
  const read = await fromAll(agents, (agent) =>
    readRecords(agent, env.agentToken, tenantId, Math.ceil(performance.now() - asked) + marginMs),
  );
  const isOurs = ({ trace }: ExplainRecord): boolean =>
    ranges.some(({ firstTrace, traces }) => trace >= firstTrace && trace < firstTrace + traces);
  const views = new Map(world.views.list().map(({ metadata, spec }) => [metadata.uid ?? "", spec]));
  return {
    packets: assemblePackets(read.answers.flat().filter(isOurs), (uid) => views.get(uid)),
    missingNodes: [...new Set([...marked.missing, ...read.missing])].sort(),
    tookMs: Math.round(performance.now() - started),
  };
}
