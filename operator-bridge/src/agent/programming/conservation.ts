// SPDX-License-Identifier: Apache-2.0
// One pod's part of the conservation sums. A process counts from zero after a restart; what its predecessor was last
// seen to have counted is added, so that the sum misses at most what happened between that look and the crash.
import type { ConservationCounts } from "@nfaas/domain";
import type { CountersResponse, ViewCounters } from "../generated/nfaas_dataplane_pb.ts";

export type Conservation = Required<ConservationCounts>;

const nothing: Conservation = { injected: 0, entered: 0, copied: 0, left: 0, handed: 0, dropped: 0 };

const add = (a: Conservation, b: Conservation): Conservation => ({
  injected: a.injected + b.injected,
  entered: a.entered + b.entered,
  copied: a.copied + b.copied,
  left: a.left + b.left,
  handed: a.handed + b.handed,
  dropped: a.dropped + b.dropped,
});

const countOf = (view: ViewCounters): Conservation => ({
  injected: Number(view.injectedPackets),
  entered: Number(view.enteredPackets),
  copied: Number(view.copiedPackets),
  left: Number(view.leftPackets),
  handed: Number(view.handedPackets),
  dropped: view.drops.reduce((sum, drop) => sum + Number(drop.packets), 0),
});

export class ConservationLedger {
  #epoch = "";
  /** By view uid: of processes that are gone. */
  readonly #before = new Map<string, Conservation>();
  /** By view uid: of the present process. */
  #now = new Map<string, Conservation>();

  record({ epoch, views }: Pick<CountersResponse, "epoch" | "views">): void {
    if (epoch !== this.#epoch) {
      for (const [uid, count] of this.#now) {
        this.#before.set(uid, add(this.#before.get(uid) ?? nothing, count));
      }
      this.#now.clear();
      this.#epoch = epoch;
    }
    for (const view of views) this.#now.set(view.uid, countOf(view));
  }

  /** What was counted before this ledger was begun. */
  carryOver(uid: string, counts: ConservationCounts): void {
    this.#before.set(uid, add(this.#before.get(uid) ?? nothing, { ...nothing, ...counts }));
  }

  /** Of the views that it knows of. */
  get uids(): string[] {
    return [...new Set([...this.#before.keys(), ...this.#now.keys()])];
  }

  get(uid: string): Conservation {
    return add(this.#before.get(uid) ?? nothing, this.#now.get(uid) ?? nothing);
  }

  /** Forgets views that do not exist any more. */
  retain(uids: ReadonlySet<string>): void {
    for (const map of [this.#before, this.#now]) {
      for (const uid of map.keys()) if (!uids.has(uid)) map.delete(uid);
    }
  }
}
