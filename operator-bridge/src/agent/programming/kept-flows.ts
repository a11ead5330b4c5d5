// SPDX-License-Identifier: Apache-2.0
import type { CountersResponse } from "../generated/nfaas_dataplane_pb.ts";
import type { BuiltState } from "./desired-state.ts";

/** A look that was under way may have missed a flow, and the one after it is only known to be over by its own end. */
const looksNeeded = 2;

type State = Pick<BuiltState, "shares" | "views">;

/**
 * How many flows a gateway pod keeps in its views. A pod counts by looking through its flow table again and again, so a
 * count may be older than the last flow that came into a view: while new ones still may come, and until two looks began
 * and ended after that, there is no number. A view that would be let go by an old 0 would lose the flows it is to keep.
 */
export class KeptFlows {
  /** By uid of a view without share: in which state it lost it, and after how many looks that was seen. */
  readonly #without = new Map<string, { serial: number; looks?: number }>();
  #response: CountersResponse | undefined;

  /**
   * @param before undefined: the process may be another one
   * @param serial of the state `after`; counters that were asked for from then on carry it or a higher one
   */
  noteState(before: State | undefined, after: State, serial: number): void {
    const present = new Set(after.views.map(({ metadata }) => metadata.uid ?? ""));
    for (const uid of this.#without.keys()) if (!present.has(uid)) this.#without.delete(uid);
    for (const uid of present) {
      if ((after.shares.get(uid) ?? 0) > 0) this.#without.delete(uid);
      else if (before === undefined || !this.#without.has(uid)) this.#without.set(uid, { serial });
    }
  }

  noteCounters(response: CountersResponse, serial: number): void {
    this.#response = response;
    for (const { uid, keptLooks } of response.views) {
      const entry = this.#without.get(uid);
      if (entry && serial >= entry.serial) entry.looks = Math.min(entry.looks ?? keptLooks, keptLooks);
    }
  }

  of(uid: string): number | undefined {
    const view = this.#response?.views.find((v) => v.uid === uid);
    const since = this.#without.get(uid)?.looks;
    if (!view || since === undefined || view.keptLooks < since + looksNeeded) return undefined;
    return Number(view.keptFlows);
  }
}
