// SPDX-License-Identifier: Apache-2.0
// A local copy of a kind, kept by list and watch. Readers see it whole and in order, only perhaps late.
import { type Logger, silent } from "../log.ts";
import { Backoff, pause } from "./backoff.ts";
import type { KubernetesClient, Selection } from "./client.ts";
import { isExpired, messageOf } from "./errors.ts";
import { type KubernetesObject, keyOf, type ResourceType } from "./resources.ts";

export interface Change<T> {
  type: "added" | "modified" | "deleted";
  object: T;
  previous?: T;
}

export interface InformerOptions extends Selection {
  logger?: Logger;
}

export class Informer<T extends KubernetesObject> {
  readonly type: ResourceType<T>;
  readonly #client: KubernetesClient;
  readonly #options: InformerOptions;
  readonly #logger: Logger;
  readonly #objects = new Map<string, T>();
  readonly #handlers: ((change: Change<T>) => void)[] = [];
  readonly #synced: Promise<void>;
  #resolveSynced: () => void = () => {};
  readonly #backoff = new Backoff(50, 5_000);
  #hasSynced = false;
  #resourceVersion = "";

  constructor(client: KubernetesClient, type: ResourceType<T>, options: InformerOptions = {}) {
    this.#client = client;
    this.type = type;
    this.#options = options;
    this.#logger = options.logger ?? silent;
    this.#synced = new Promise((resolve) => {
      this.#resolveSynced = resolve;
    });
  }

  /** Handlers must not throw; they are called in order, after the copy holds the change. */
  onChange(handler: (change: Change<T>) => void): void {
    this.#handlers.push(handler);
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }
  /** Resolves when the first list is in. */
  whenSynced(): Promise<void> {
    return this.#synced;
  }
  get(key: string): T | undefined {
    return this.#objects.get(key);
  }
  list(): T[] {
    return [...this.#objects.values()];
  }

  /** Runs until aborted; never rejects: an API that is away is asked again. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === "") await this.#relist();
        await this.#follow(signal);
      } catch (error) {
        if (signal.aborted) return;
        if (isExpired(error)) this.#resourceVersion = "";
        else this.#logger.warn("watch interrupted", { kind: this.type.kind, error: messageOf(error) });
        await pause(this.#backoff.next(), signal);
      }
    }
  }

  async #relist(): Promise<void> {
    const { items, resourceVersion } = await this.#client.list(this.type, this.#options);
    const present = new Set(items.map(keyOf));
    for (const [key, object] of this.#objects) {
      if (!present.has(key)) this.#remove(key, object);
    }
    for (const item of items) this.#store(item);
    this.#resourceVersion = resourceVersion;
    this.#hasSynced = true;
    this.#resolveSynced();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    const selection = { namespace, labelSelector, fieldSelector };
    const since = performance.now();
    for await (const { type, object } of this.#client.watch(
      this.type,
      selection,
      this.#resourceVersion,
      signal,
    )) {
      this.#backoff.reset();
      if (type === "DELETED") this.#remove(keyOf(object), object);
      else if (type !== "BOOKMARK") this.#store(object);
      this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
    }
    // A server that ends watches at once must not be asked in a tight loop.
    if (performance.now() - since < 1_000) await pause(this.#backoff.next(), signal);
  }

  #store(object: T): void {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion && previous) return;
    this.#objects.set(key, object);
    this.#emit(previous ? { type: "modified", object, previous } : { type: "added", object });
  }

  #remove(key: string, object: T): void {
    const previous = this.#objects.get(key);
    if (this.#objects.delete(key)) this.#emit({ type: "deleted", object, previous });
  }

  #emit(change: Change<T>): void {
    for (const handler of this.#handlers) handler(change);
  }
}
