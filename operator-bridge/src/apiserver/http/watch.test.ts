// SPDX-License-Identifier: Apache-2.0
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { namespaces } from "../resources/builtins.ts";
import type { StoreEvent } from "../store/state.ts";
import type { Store } from "../store/store.ts";
import { Exchange } from "./exchange.ts";
import { startWatch } from "./watch.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A store without objects; `tell` has it say that a namespace was made. */
function emptyStore() {
  const listeners = new Set<(events: StoreEvent[]) => void>();
  const state = { revision: 1, compactedRevision: 0, eventsAfter: () => [] };
  const subscribe = (listener: (events: StoreEvent[]) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const object = { apiVersion: "v1", kind: "Namespace", metadata: { name: "new" } };
  const event = { type: "ADDED", resource: "namespaces", namespace: "", object } as unknown as StoreEvent;
  const tell = () => {
    for (const listener of listeners) listener([event]);
  };
  return { store: { state, subscribe } as unknown as Store, tell };
}

it("says nothing more once it has ended, while a slow client still reads what it has", async () => {
  const request = new IncomingMessage(new Socket());
  request.url = "/api/v1/namespaces?watch=true&resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=60";
  const response = new ServerResponse(request); // without a connection: it never closes
  const faults: unknown[] = [];
  response.on("error", (fault) => faults.push(fault));
  const { store, tell } = emptyStore();
  const target = { type: namespaces, namespace: "", name: undefined, subresource: undefined };
  startWatch(new Exchange(request, response), target, store);
  tell();
  vi.advanceTimersByTime(60_000);
  expect(response.writableEnded).toBe(true);
  tell();
  vi.advanceTimersByTime(120_000);
  await new Promise(process.nextTick); // when Node tells of a fault
  expect(faults).toEqual([]);
});
