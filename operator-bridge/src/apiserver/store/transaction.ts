// SPDX-License-Identifier: Apache-2.0
import type { KubeObject } from "../objects.ts";
import { keyText, type ObjectKey, type State, type StoreEvent } from "./state.ts";

type Overlay = Map<string, KubeObject | undefined>;

const overlayKey = (key: ObjectKey): string => `${key.resource} ${keyText(key)}`;

/** The changes of one batch on top of the committed state. Operations of a batch see those before them. */
export class Batch {
  readonly events: StoreEvent[] = [];
  readonly overlay: Overlay = new Map();
  constructor(readonly state: State) {}

  /** Runs one operation; when it throws, nothing of it stays. */
  run<T>(operation: (transaction: Transaction) => T): T {
    const transaction = new Transaction(this);
    const result = operation(transaction);
    if (transaction.dryRun) return result;
    for (const [key, object] of transaction.overlay) this.overlay.set(key, object);
    this.events.push(...transaction.events);
    return result;
  }
}

/** One operation's view of the store: reads see its own writes; each write takes the next revision. */
export class Transaction {
  readonly overlay: Overlay = new Map();
  readonly events: StoreEvent[] = [];
  /** Set by an operation that must leave no trace, however far it went. */
  dryRun = false;

  constructor(private readonly batch: Batch) {}

  get(key: ObjectKey): KubeObject | undefined {
    const text = overlayKey(key);
    for (const overlay of [this.overlay, this.batch.overlay]) if (overlay.has(text)) return overlay.get(text);
    return this.batch.state.get(key);
  }

  /** All objects of a resource, in one namespace or (undefined) everywhere. */
  list(resource: string, namespace?: string): KubeObject[] {
    const objects = new Map(this.batch.state.table(resource));
    for (const overlay of [this.batch.overlay, this.overlay]) {
      for (const [text, object] of overlay) {
        if (!text.startsWith(`${resource} `)) continue;
        const key = text.slice(resource.length + 1);
        if (object) objects.set(key, object);
        else objects.delete(key);
      }
    }
    return [...objects.values()].filter((o) => namespace === undefined || o.metadata.namespace === namespace);
  }

  /** The keys of all objects for which `matches` holds, of every resource. */
  keysWhere(matches: (object: KubeObject) => boolean): ObjectKey[] {
    const resources = new Set(this.batch.state.tables.keys());
    for (const overlay of [this.batch.overlay, this.overlay])
      for (const text of overlay.keys()) resources.add(text.slice(0, text.indexOf(" ")));
    return [...resources].flatMap((resource) =>
      this.list(resource)
        .filter(matches)
        .map(({ metadata }) => ({ resource, namespace: metadata.namespace ?? "", name: metadata.name })),
    );
  }

  /** Writes `object` and returns it as stored, with its new resourceVersion. */
  put(key: ObjectKey, object: KubeObject): KubeObject {
    const previous = this.get(key);
    const revision = this.nextRevision();
    const stored = withRevision(object, revision);
    this.overlay.set(overlayKey(key), stored);
    this.events.push({ ...key, type: previous ? "MODIFIED" : "ADDED", revision, object: stored, previous });
    return stored;
  }

  /** Deletes; returns the last state, carrying the revision of the deletion. */
  remove(key: ObjectKey): KubeObject | undefined {
    const previous = this.get(key);
    if (!previous) return undefined;
    const revision = this.nextRevision();
    const object = withRevision(previous, revision);
    this.overlay.set(overlayKey(key), undefined);
    this.events.push({ ...key, type: "DELETED", revision, object, previous });
    return object;
  }

  private nextRevision(): number {
    return this.batch.state.revision + this.batch.events.length + this.events.length + 1;
  }
}

function withRevision(object: KubeObject, revision: number): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
