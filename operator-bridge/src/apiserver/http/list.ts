// SPDX-License-Identifier: Apache-2.0
import { ApiError, badRequest, expired } from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import { storageResource } from "../resources/types.ts";
import { selectorOf } from "../selectors.ts";
import type { State } from "../store/state.ts";
import type { ListMeta } from "./representation.ts";
import type { Target } from "./target.ts";

/** Where the next page goes on: after `start`, in the state of revision `rv`. */
interface Continuation {
  rv: number;
  start: string;
}

const encode = (continuation: Continuation): string =>
  Buffer.from(JSON.stringify(continuation)).toString("base64url");

function decode(token: string): Continuation {
  try {
    const { rv, start } = JSON.parse(Buffer.from(token, "base64url").toString());
    if (Number.isSafeInteger(rv) && typeof start === "string") return { rv, start };
  } catch {
    // Answered below like any other bad token.
  }
  throw badRequest("continue key is not valid");
}

/** A resourceVersion as a number; undefined when not given. 400 when it is none. */
export function parseRevision(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(text)}: must be a number`);
  return Number(text);
}

const tooLargeRevision = (wanted: number, current: number) =>
  new ApiError(504, "Timeout", `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "" }],
    retryAfterSeconds: 1,
  });

function revisionToServe(
  query: URLSearchParams,
  state: State,
  continuation: Continuation | undefined,
): number {
  if (continuation) return continuation.rv;
  const wanted = parseRevision(query.get("resourceVersion"));
  if (wanted !== undefined && wanted > state.revision) throw tooLargeRevision(wanted, state.revision);
  return query.get("resourceVersionMatch") === "Exact" && wanted ? wanted : state.revision;
}

/** The objects of a list request, in the order of their keys, and the list's metadata. */
export function listObjects(
  { type, namespace }: Target,
  query: URLSearchParams,
  state: State,
): { objects: KubeObject[]; metadata: ListMeta } {
  const token = query.get("continue");
  const continuation = token ? decode(token) : undefined;
  const revision = revisionToServe(query, state, continuation);
  if (revision < state.compactedRevision || revision > state.revision)
    throw expired("The provided continue parameter is too old to display a consistent list result.");
  const selector = selectorOf(query, type.strategy.selectableFields ?? []);
  const entries = [...state.tableAt(storageResource(type), revision)]
    .filter(([key, object]) => inScope(key, object, namespace, continuation) && (selector?.(object) ?? true))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const limit = Number(query.get("limit") ?? 0);
  const page = limit > 0 ? entries.slice(0, limit) : entries;
  const metadata: ListMeta = { resourceVersion: String(revision) };
  if (page.length < entries.length) {
    metadata.continue = encode({ rv: revision, start: page.at(-1)![0] });
    if (!selector) metadata.remainingItemCount = entries.length - page.length;
  }
  return { objects: page.map(([, object]) => object), metadata };
}

function inScope(key: string, object: KubeObject, namespace: string, continuation?: Continuation): boolean {
  if (namespace !== "" && object.metadata.namespace !== namespace) return false;
  return continuation === undefined || key > continuation.start;
}
