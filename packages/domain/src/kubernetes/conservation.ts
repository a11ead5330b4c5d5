// SPDX-License-Identifier: Apache-2.0
// The conservation sum of a view: what came in has gone out, or is under way.

/**
 * The sides of a view's conservation sum, packets: injected + entered + copied = left + handed + dropped + in flight.
 * Absent = 0.
 */
export interface ConservationCounts {
  injected: number;
  /** From another view of the tenant. */
  entered?: number;
  /** Copies that mirrors owed. */
  copied?: number;
  left: number;
  /** To another view of the tenant. */
  handed?: number;
  dropped: number;
}

export const inFlight = (of: ConservationCounts): number =>
  of.injected + (of.entered ?? 0) + (of.copied ?? 0) - of.left - (of.handed ?? 0) - of.dropped;
