// SPDX-License-Identifier: Apache-2.0
// The whole content in memory: objects by key, and the recent events in order. Reads and watches never touch the
// database; it is read at start and after a lost connection only.
import type { KubeObject } from "../objects.ts";

export interface ObjectKey {
  /** "<group>/<plural>". */
  resource: string;
  /** "" for cluster-scoped objects. */
  namespace: string;
  name: string;
}

export type EventType = "ADDED" | "MODIFIED" | "DELETED";

export interface StoreEvent extends ObjectKey {
  type: EventType;
  revision: number;
  /** DELETED carries the last state with the revision of the deletion. */
  object: KubeObject;
  previous: KubeObject | undefined;
}

export const keyText = (key: { namespace: string; name: string }): string => `${key.namespace}/${key.name}`;

const emptyTable: ReadonlyMap<string, KubeObject> = new Map();

export class State {
  readonly tables = new Map<string, Map<string, KubeObject>>();
  /** Ascending and without gaps: one event per revision. */
  events: StoreEvent[] = [];
  revision = 1;

  /** Events up to this revision are forgotten; a watch can start here, not before. */
  get compactedRevision(): number {
    return (this.events[0]?.revision ?? this.revision + 1) - 1;
  }

  table(resource: string): ReadonlyMap<string, KubeObject> {
    return this.tables.get(resource) ?? emptyTable;
  }

  get(key: ObjectKey): KubeObject | undefined {
    return this.table(key.resource).get(keyText(key));
  }

  place(resource: string, object: KubeObject): void {
    const table = this.tables.get(resource) ?? new Map<string, KubeObject>();
    this.tables.set(resource, table);
    table.set(keyText({ namespace: object.metadata.namespace ?? "", name: object.metadata.name }), object);
  }

  apply(event: StoreEvent): void {
    if (event.type === "DELETED") this.tables.get(event.resource)?.delete(keyText(event));
    else this.place(event.resource, event.object);
    this.events.push(event);
    this.revision = event.revision;
  }

  /** The events after `revision`, which must not be older than compactedRevision. */
  eventsAfter(revision: number): StoreEvent[] {
    return this.events.slice(Math.max(0, revision - this.compactedRevision));
  }

  /** Forgets all but the newest `keep` events; returns the new compactedRevision. */
  compact(keep: number): number {
    if (this.events.length > keep) this.events = this.events.slice(this.events.length - keep);
    return this.compactedRevision;
  }

  /** A resource's objects as they were at `revision`: today's, with the later events undone. */
  tableAt(resource: string, revision: number): ReadonlyMap<string, KubeObject> {
    const table = new Map(this.table(resource));
    for (const event of this.eventsAfter(revision).reverse()) {
      if (event.resource !== resource) continue;
      if (event.previous) table.set(keyText(event), event.previous);
      else table.delete(keyText(event));
    }
    return table;
  }
}
