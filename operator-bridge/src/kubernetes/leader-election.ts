// SPDX-License-Identifier: Apache-2.0
// Leader election on a Lease (coordination.k8s.io). As in client-go, time is only ever measured by the observer's own
// clock: a lease is free when its holder has not renewed it for its duration since we last saw it change.
import type { Logger } from "../log.ts";
import { pause } from "./backoff.ts";
import type { KubernetesClient } from "./client.ts";
import { microTime } from "./conditions.ts";
import type { Lease } from "./core.ts";
import { ignore, isAlreadyExists, isConflict, isNotFound, messageOf } from "./errors.ts";
import { leases } from "./resources.ts";

export interface LeaderElectionOptions {
  client: KubernetesClient;
  namespace: string;
  name: string;
  identity: string;
  logger: Logger;
  /** Others may take over this long after the last renewal. */
  leaseDurationMs?: number;
  /** The leader gives up by itself this long after its last renewal: below the duration. */
  renewDeadlineMs?: number;
  renewPeriodMs?: number;
  /** How often one who waits looks again. */
  retryPeriodMs?: number;
}

export class LeaderElection {
  readonly #options: Required<LeaderElectionOptions>;
  #seenVersion = "";
  #seenAt = 0;

  constructor(options: LeaderElectionOptions) {
    this.#options = {
      leaseDurationMs: 5_000,
      renewDeadlineMs: 4_000,
      renewPeriodMs: 1_500,
      retryPeriodMs: 500,
      ...options,
    };
  }

  /** Runs `lead` while it leads, again and again, until aborted. The signal given to `lead` ends with leadership. */
  async run(signal: AbortSignal, lead: (leading: AbortSignal) => Promise<void>): Promise<void> {
    const { identity, logger, retryPeriodMs } = this.#options;
    while (!signal.aborted) {
      if (!(await this.#tryAcquire())) {
        await pause(retryPeriodMs, signal);
        continue;
      }
      logger.info("leading", { identity });
      const term = new AbortController();
      const work = lead(term.signal);
      await this.#renewUntilLost(signal);
      term.abort();
      await work;
      if (signal.aborted) await this.#release();
      else logger.warn("leadership lost", { identity });
    }
  }

  async #renewUntilLost(signal: AbortSignal): Promise<void> {
    let renewedAt = performance.now();
    while (!signal.aborted && performance.now() - renewedAt < this.#options.renewDeadlineMs) {
      await pause(this.#options.renewPeriodMs, signal);
      if (signal.aborted) return;
      const attemptedAt = performance.now();
      if (await this.#tryAcquire()) renewedAt = attemptedAt;
    }
  }

  /** Takes or renews the lease; false when another holds it or the API is away. */
  async #tryAcquire(): Promise<boolean> {
    const { client, namespace, name, identity, logger } = this.#options;
    try {
      const lease = await ignore(isNotFound, client.get(leases, { namespace, name }));
      if (!lease) {
        const spec = this.#spec(undefined);
        const metadata = { namespace, name };
        await client.create(leases, { apiVersion: leases.apiVersion, kind: leases.kind, metadata, spec });
        return true;
      }
      if (lease.spec.holderIdentity !== identity && !this.#isFree(lease)) return false;
      await client.replace(leases, { ...lease, spec: this.#spec(lease) });
      return true;
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) {
        logger.warn("lease not renewed", { error: messageOf(error) });
      }
      return false;
    }
  }

  #isFree(lease: Lease): boolean {
    if (!lease.spec.holderIdentity) return true;
    const version = lease.metadata.resourceVersion ?? "";
    if (version !== this.#seenVersion) {
      this.#seenVersion = version;
      this.#seenAt = performance.now();
    }
    const duration = (lease.spec.leaseDurationSeconds ?? this.#options.leaseDurationMs / 1000) * 1000;
    return performance.now() - this.#seenAt > duration;
  }

  #spec(lease: Lease | undefined): Lease["spec"] {
    const { identity, leaseDurationMs } = this.#options;
    const now = microTime(new Date());
    const renewal = lease?.spec.holderIdentity === identity;
    return {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      acquireTime: renewal ? lease.spec.acquireTime : now,
      renewTime: now,
      leaseTransitions: (lease?.spec.leaseTransitions ?? 0) + (lease && !renewal ? 1 : 0),
    };
  }

  /** So that the next one need not wait for the lease to run out. */
  async #release(): Promise<void> {
    const { client, namespace, name, identity, logger } = this.#options;
    try {
      const lease = await client.get(leases, { namespace, name });
      if (lease.spec.holderIdentity !== identity) return;
      await client.replace(leases, { ...lease, spec: { ...lease.spec, holderIdentity: "" } });
    } catch (error) {
      logger.warn("lease not released", { error: messageOf(error) });
    }
  }
}
