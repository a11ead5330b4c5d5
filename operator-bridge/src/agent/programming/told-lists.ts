// SPDX-License-Identifier: Apache-2.0
// Which domain lists a process has: their names need to be told once, and may be many.
import type { DomainList } from "../generated/nfaas_dataplane_pb.ts";

const key = (list: DomainList): string => Buffer.from(list.digest).toString("hex");

/** Of one process, from its start on. */
export class ToldLists {
  #told: ReadonlySet<string> = new Set();

  /** The lists without the names that the process has. */
  shorten(lists: readonly DomainList[]): DomainList[] {
    return lists.map((list) => (this.#told.has(key(list)) ? { ...list, names: new Uint8Array() } : list));
  }
  /** The process has taken a state with these: it keeps them, and no others. */
  taken(lists: readonly DomainList[]): void {
    this.#told = new Set(lists.map(key));
  }
  /** It is another process, or may have had a state from somebody else. */
  forget(): void {
    this.#told = new Set();
  }
}
