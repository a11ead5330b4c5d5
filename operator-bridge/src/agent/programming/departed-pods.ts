// SPDX-License-Identifier: Apache-2.0
// What pods that are gone had counted: the conservation sum of a view is over all pods it ever had.
import type { DepartedCounts, ServiceChainView } from "@nfaas/domain";
import { keyOf } from "../../kubernetes/resources.ts";
import { ConservationLedger } from "./conservation.ts";

export class DepartedPods {
  readonly #ledgers = new Set<ConservationLedger>();

  /** May still be written to: what the pod has to say until it ends. */
  add(ledger: ConservationLedger): void {
    this.#ledgers.add(ledger);
  }

  /** What an agent before us has reported. */
  recall(entries: readonly DepartedCounts[]): void {
    const ledger = new ConservationLedger();
    for (const { uid, conservation } of entries) ledger.carryOver(uid, conservation);
    this.#ledgers.add(ledger);
  }

  /** By view, those that counted nothing left out. @param views all that exist */
  list(views: readonly ServiceChainView[]): DepartedCounts[] {
    const present = new Set(views.map((v) => v.metadata.uid ?? ""));
    for (const ledger of this.#ledgers) {
      ledger.retain(present);
      if (ledger.uids.length === 0) this.#ledgers.delete(ledger);
    }
    return views
      .flatMap((view) => {
        const uid = view.metadata.uid ?? "";
        const sum = new ConservationLedger();
        for (const ledger of this.#ledgers) sum.carryOver(uid, ledger.get(uid));
        const conservation = sum.get(uid);
        const isNothing = Object.values(conservation).every((n) => n === 0);
        return isNothing ? [] : [{ view: keyOf(view), uid, conservation }];
      })
      .sort((a, b) => (a.view < b.view ? -1 : 1));
  }
}
