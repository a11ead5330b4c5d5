// SPDX-License-Identifier: Apache-2.0
// Watches: the store's events after a resourceVersion, filtered, one JSON document per line.
import { type ApiError, badRequest, expired } from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import { apiVersionOf, type ResourceType, storageResource } from "../resources/types.ts";
import { type Selector, selectorOf } from "../selectors.ts";
import type { StoreEvent } from "../store/state.ts";
import type { Store } from "../store/store.ts";
import type { Exchange } from "./exchange.ts";
import { listObjects, parseRevision } from "./list.ts";
import { type Form, formOf, renderObject, toTable } from "./representation.ts";
import type { Target } from "./target.ts";

const bookmarkIntervalMs = 30_000;
/** Without timeoutSeconds a watch ends after half an hour to an hour; clients then go on where they were. */
const defaultTimeoutMs = () => (30 + 30 * Math.random()) * 60_000;
/** What a timer can take. */
const timeoutMsMax = 2 ** 31 - 1;
/** A client that reads slower than this much behind is cut off: it comes back with its last resourceVersion. */
const backlogBytesMax = 16 * 1024 * 1024;

const initialEventsEnd = { "k8s.io/initial-events-end": "true" };

/** What an event is to a watch with a selector: entering the selection adds, leaving it deletes. */
function typeFor(event: StoreEvent, selector: Selector | undefined): StoreEvent["type"] | undefined {
  if (!selector) return event.type;
  const was = event.previous !== undefined && selector(event.previous);
  const is = event.type !== "DELETED" && selector(event.object);
  if (was && is) return "MODIFIED";
  if (is) return "ADDED";
  return was ? "DELETED" : undefined;
}

class Watch {
  private readonly type: ResourceType;
  private readonly form: Form;
  private readonly include: string | null;
  private readonly selector: Selector | undefined;
  private readonly resource: string;
  private columnsSent = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly target: Target,
    private readonly store: Store,
  ) {
    this.type = target.type;
    this.form = formOf(exchange.request.headers.accept);
    this.include = exchange.query.get("includeObject");
    this.selector = selectorOf(exchange.query, target.type.strategy.selectableFields ?? []);
    this.resource = storageResource(target.type);
  }

  start(): void {
    const { query, response } = this.exchange;
    const since = parseRevision(query.get("resourceVersion"));
    const initial = query.get("sendInitialEvents");
    if (initial !== null && query.get("resourceVersionMatch") !== "NotOlderThan")
      throw badRequest("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-cache, private" });
    response.flushHeaders();
    const wantsState = initial === "true" || (initial === null && !since);
    if (!wantsState && since && this.isGone(since)) {
      this.fail(expired(`too old resource version: ${since}`));
      return;
    }
    if (wantsState) this.sendState(initial === "true");
    else this.send(this.store.state.eventsAfter(since ?? this.store.state.revision));
    this.follow();
  }

  /** Too old, or from the future of another database: only a new list helps. */
  private isGone(since: number): boolean {
    const { compactedRevision, revision } = this.store.state;
    return since < compactedRevision || since > revision;
  }

  private sendState(marksEnd: boolean): void {
    const selectors = new URLSearchParams();
    for (const name of ["labelSelector", "fieldSelector"])
      if (this.exchange.query.has(name)) selectors.set(name, this.exchange.query.get(name)!);
    const { objects } = listObjects({ ...this.target, name: undefined }, selectors, this.store.state);
    for (const object of objects) this.write("ADDED", object);
    if (marksEnd) this.bookmark(initialEventsEnd);
  }

  private send(events: StoreEvent[]): void {
    for (const event of events) {
      if (event.resource !== this.resource) continue;
      if (this.target.namespace !== "" && event.namespace !== this.target.namespace) continue;
      const type = typeFor(event, this.selector);
      if (type) this.write(type, event.object);
    }
  }

  private follow(): void {
    const { query, response } = this.exchange;
    const unsubscribe = this.store.subscribe((events) => this.send(events));
    const bookmarks = this.exchange.flag("allowWatchBookmarks")
      ? setInterval(() => this.bookmark(), bookmarkIntervalMs)
      : undefined;
    const timeoutMs = Number(query.get("timeoutSeconds") ?? 0) * 1_000 || defaultTimeoutMs();
    const end = () => {
      if (bookmarks) this.bookmark();
      stop();
      response.end();
    };
    const timeout = setTimeout(end, Math.min(timeoutMs, timeoutMsMax));
    // Not only when the response closes: from its end until then a client may take its time, and what is written is an error.
    const stop = () => {
      unsubscribe();
      clearInterval(bookmarks);
      clearTimeout(timeout);
    };
    response.on("close", stop);
  }

  private bookmark(annotations?: Record<string, string>): void {
    const metadata = {
      resourceVersion: String(this.store.state.revision),
      creationTimestamp: null,
      ...(annotations && { annotations }),
    };
    this.line({
      type: "BOOKMARK",
      object: { kind: this.type.kind, apiVersion: apiVersionOf(this.type), metadata },
    });
  }

  private write(type: StoreEvent["type"], object: KubeObject): void {
    this.line({ type, object: this.render(object) });
  }

  private render(object: KubeObject): object {
    if (this.form !== "table") return renderObject(object, this.type, this.form, this.include);
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    const table = toTable([object], this.type, this.include, metadata, !this.columnsSent);
    this.columnsSent = true;
    return table;
  }

  private fail(error: ApiError): void {
    this.line({ type: "ERROR", object: error.toStatus() });
    this.exchange.response.end();
  }

  private line(value: object): void {
    const { response } = this.exchange;
    if (response.writableLength > backlogBytesMax) response.destroy();
    else response.write(`${JSON.stringify(value)}\n`);
  }
}

/** Answers a watch; it goes on until its timeout or until the client leaves. */
export function startWatch(exchange: Exchange, target: Target, store: Store): void {
  const single = target.name;
  if (single !== undefined) exchange.query.set("fieldSelector", `metadata.name=${single}`);
  new Watch(exchange, target, store).start();
}
