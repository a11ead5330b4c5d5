// SPDX-License-Identifier: Apache-2.0
// The agent's part of Explain: its gateways mark packets, all of its pods tell what they decided on marked ones.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type ExplainRecord, type ExplainRequest, explainPacketsMax, explainTraces } from "@nfaas/domain";
import { pause } from "../../kubernetes/backoff.ts";
import { RefusedError } from "../control/control-client.ts";
import {
  ErrorCode,
  type ExplainReadResponse,
  type ExplainStartRequestSchema,
} from "../generated/nfaas_dataplane_pb.ts";
import { prefix, protocolNumber } from "../programming/addresses.ts";
import { RequestError } from "../request-error.ts";
import { explainRecord } from "./records.ts";

const lookMs = 25;
const waitMsMax = 10_000;

type StartRequest = MessageInitShape<typeof ExplainStartRequestSchema>;

/** A pod, and the conversation with its process: a PodSession's part. */
export interface ExplainPod {
  readonly pod: string;
  readonly isGateway: boolean;
  readonly session: {
    startExplain(request: StartRequest): Promise<void>;
    readExplain(tenantId: number, maxAgeMs: number): Promise<ExplainReadResponse>;
    stopExplain(tenantId: number): Promise<void>;
  };
}

function check({ packets, firstTrace, traces, waitMs }: ExplainRequest): void {
  const whole = (value: number, min: number, max: number, name: string): void => {
    if (Number.isInteger(value) && value >= min && value <= max) return;
    throw new RequestError(400, `${name} must be a whole number, ${min}..${max}`);
  };
  whole(packets, 1, explainPacketsMax, "packets");
  whole(firstTrace, 1, explainTraces, "firstTrace");
  whole(traces, 1, explainTraces + 1 - firstTrace, "traces");
  whole(waitMs, 1, waitMsMax, "waitMs");
}

/** Starts on the gateways that carry the tenant; each gets numbers of its own. */
async function start(gateways: readonly ExplainPod[], request: ExplainRequest): Promise<ExplainPod[]> {
  const { tenantId, flow, firstTrace, traces, waitMs } = request;
  const packets = Math.min(request.packets, Math.floor(traces / Math.max(gateways.length, 1)));
  if (packets === 0) throw new RequestError(400, "traces are fewer than this node's gateways");
  const started: ExplainPod[] = [];
  try {
    for (const [i, gateway] of gateways.entries()) {
      const message: StartRequest = {
        tenantId,
        ...(flow.source ? { source: prefix(flow.source) } : {}),
        ...(flow.destination ? { destination: prefix(flow.destination) } : {}),
        protocol: protocolNumber(flow.protocol),
        sourcePort: flow.sourcePort ?? 0,
        destinationPort: flow.destinationPort ?? 0,
        packets,
        firstTrace: firstTrace + i * packets,
        lifetimeMs: waitMs,
      };
      if (await startOne(gateway, message)) started.push(gateway);
    }
  } catch (error) {
    await stop(started, tenantId);
    throw error;
  }
  return started;
}

/** False: the tenant is not there. */
async function startOne(gateway: ExplainPod, message: StartRequest): Promise<boolean> {
  try {
    await gateway.session.startExplain(message);
    return true;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.error.code === ErrorCode.UNKNOWN_REFERENCE) return false;
    if (error.error.code === ErrorCode.BUSY) throw new RequestError(409, error.message);
    throw new RequestError(400, `${error.error.field}: ${error.message}`);
  }
}

/** A gateway that does not answer has stopped with everything else, or gives up by itself. */
async function stop(gateways: readonly ExplainPod[], tenantId: number): Promise<void> {
  await Promise.allSettled(gateways.map((gateway) => gateway.session.stopExplain(tenantId)));
}

/**
 * Marks packets until each gateway has its number of them or the time is over.
 * @throws RequestError 400; 409 when packets of the tenant are being explained already
 */
export async function markPackets(
  pods: readonly ExplainPod[],
  request: ExplainRequest,
  signal: AbortSignal,
): Promise<void> {
  check(request);
  const { tenantId, waitMs } = request;
  const gateways = pods.filter(({ isGateway }) => isGateway);
  const started = await start(gateways, request);
  const deadline = performance.now() + waitMs;
  try {
    let running = started;
    while (running.length > 0 && !signal.aborted && performance.now() < deadline) {
      await pause(lookMs, signal);
      const answers = await Promise.all(running.map((gateway) => gateway.session.readExplain(tenantId, 1)));
      running = running.filter((_, i) => answers[i]?.running);
    }
  } finally {
    await stop(started, tenantId);
  }
}

/** What the pods have noted of the tenant's marked packets; one that does not answer tells nothing. */
export async function readRecords(
  pods: readonly ExplainPod[],
  tenantId: number,
  maxAgeMs: number,
): Promise<ExplainRecord[]> {
  const answers = await Promise.allSettled(pods.map((pod) => pod.session.readExplain(tenantId, maxAgeMs)));
  return answers.flatMap((answer, i) =>
    answer.status === "fulfilled"
      ? answer.value.records.map((record) => explainRecord(pods[i]?.pod ?? "", record))
      : [],
  );
}
