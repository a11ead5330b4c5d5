// SPDX-License-Identifier: Apache-2.0
// The firewalls' sample of new flows: read from the pods once a second, told in the agent's log, the latest kept for who asks.
import { pause } from "../../kubernetes/backoff.ts";
import type { Logger } from "../../log.ts";
import type { DesiredState, FlowLogResponse } from "../generated/nfaas_dataplane_pb.ts";
import { type FlowLogEntry, flowLogEntry, loggingTenants } from "./entries.ts";

const readMs = 1_000;
/** Per tenant. */
const keptEntries = 1_000;

/** A pod, and the conversation with its process: a PodSession's part. */
export interface FlowLogPod {
  readonly pod: string;
  readonly session: {
    readonly pid: number | undefined;
    readonly applied: { message: DesiredState } | undefined;
    flowLog(tenantId: number, after: bigint): Promise<FlowLogResponse>;
  };
}

interface Cursor {
  pid: number | undefined;
  last: bigint;
}

export class FlowLog {
  readonly #pods: () => readonly FlowLogPod[];
  readonly #logger: Logger;
  readonly #cursors = new Map<string, Cursor>();
  readonly #recent = new Map<number, FlowLogEntry[]>();

  constructor(pods: () => readonly FlowLogPod[], logger: Logger) {
    this.#pods = pods;
    this.#logger = logger;
  }

  /** The tenant's latest, oldest first. */
  recent(tenantId: number): readonly FlowLogEntry[] {
    return this.#recent.get(tenantId) ?? [];
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(readMs, signal);
      if (!signal.aborted) await this.read();
    }
  }

  /** Never rejects: a pod that does not answer is asked again the next time, and forgets nothing by then but what is too much. */
  async read(): Promise<void> {
    const asked = this.#pods().flatMap((pod) => {
      const tenants = pod.session.applied ? loggingTenants(pod.session.applied.message) : [];
      return tenants.map((tenantId) => this.#readOne(pod, tenantId));
    });
    await Promise.allSettled(asked);
  }

  async #readOne({ pod, session }: FlowLogPod, tenantId: number): Promise<void> {
    const key = `${pod}/${tenantId}`;
    const { pid } = session;
    const cursor = this.#cursors.get(key);
    const after = cursor?.pid === pid ? (cursor?.last ?? 0n) : 0n;
    const { entries, last, lost } = await session.flowLog(tenantId, after);
    this.#cursors.set(key, { pid, last });
    const now = Date.now();
    if (lost > 0n) this.#logger.warn("flows not logged", { pod, tenantId, lost: Number(lost) });
    const told = entries.map((entry) => flowLogEntry(pod, tenantId, entry, now));
    for (const { time, ...entry } of told) {
      this.#logger.info("flow", { at: new Date(time).toISOString(), ...entry });
    }
    if (told.length > 0) this.#recent.set(tenantId, [...this.recent(tenantId), ...told].slice(-keptEntries));
  }
}
