// SPDX-License-Identifier: Apache-2.0
// A view may come and go between two samples of the live stream. What it counted last is kept a while and told with
// the views that are there, so that a burst of publishes leaves no hole in the figures.
import type { CountersResponse, ViewCounters } from "../generated/nfaas_dataplane_pb.ts";

/** Long enough for a reader that lost its connection and came back. */
const keptNs = 10_000_000_000n;

export class DepartedViews {
  #epoch = "";
  #present: readonly ViewCounters[] = [];
  #departed: { counters: ViewCounters; since: bigint }[] = [];

  /** Takes every reading of one process's counters, in order. */
  record({ epoch, timeNs, views }: CountersResponse): void {
    // Another process counts from zero: with what its predecessor counted it can't be added up.
    const isSameProcess = epoch === this.#epoch;
    const present = new Set(views.map(({ uid }) => uid));
    const gone = isSameProcess ? this.#present.filter(({ uid }) => !present.has(uid)) : [];
    const kept = isSameProcess ? this.#departed.filter(({ since }) => timeNs - since < keptNs) : [];
    this.#departed = [...kept, ...gone.map((counters) => ({ counters, since: timeNs }))];
    this.#present = views;
    this.#epoch = epoch;
  }

  /** The last counters of the views that left not long ago. */
  list(): ViewCounters[] {
    return this.#departed.map(({ counters }) => counters);
  }
}
