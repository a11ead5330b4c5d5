// SPDX-License-Identifier: Apache-2.0
// Says that this node's agent lives, as kubelets do: a Lease that it renews. Who misses the renewals for the Lease's
// duration, by their own clock, knows that all the agent has reported is old.
import { systemNamespace } from "@nfaas/domain";
import { pause } from "../kubernetes/backoff.ts";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { microTime } from "../kubernetes/conditions.ts";
import { agentLeaseName, type Lease } from "../kubernetes/core.ts";
import { ignore, isNotFound, messageOf } from "../kubernetes/errors.ts";
import { leases } from "../kubernetes/resources.ts";
import type { Logger } from "../log.ts";

export interface HeartbeatOptions {
  client: KubernetesClient;
  node: string;
  logger: Logger;
  /** Called after every renewal. */
  onBeat: () => void;
  periodMs?: number;
  /** How long the silence of an agent that lives may last; several periods. */
  durationSeconds?: number;
}

export class Heartbeat {
  readonly #options: Required<HeartbeatOptions>;
  #lease: Lease | undefined;

  constructor(options: HeartbeatOptions) {
    this.#options = { periodMs: 5_000, durationSeconds: 20, ...options };
  }

  /** Renews until aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { onBeat, logger, periodMs } = this.#options;
    while (!signal.aborted) {
      try {
        this.#lease = await this.#renew();
        onBeat();
      } catch (error) {
        this.#lease = undefined;
        logger.warn("heartbeat not sent", { error: messageOf(error) });
      }
      await pause(periodMs, signal);
    }
  }

  async #renew(): Promise<Lease> {
    const { client, node } = this.#options;
    const named = { namespace: systemNamespace, name: agentLeaseName(node) };
    const lease = this.#lease ?? (await ignore(isNotFound, client.get(leases, named)));
    if (lease) return client.replace(leases, { ...lease, spec: this.#spec(lease) });
    const { apiVersion, kind } = leases;
    return client.create(leases, { apiVersion, kind, metadata: named, spec: this.#spec() });
  }

  #spec(lease?: Lease): Lease["spec"] {
    const { node, durationSeconds } = this.#options;
    const now = microTime(new Date());
    return {
      holderIdentity: node,
      leaseDurationSeconds: durationSeconds,
      acquireTime: lease?.spec.acquireTime ?? now,
      renewTime: now,
    };
  }
}
