// SPDX-License-Identifier: Apache-2.0
// The verbs of resources: from method, target and subresource to one operation on the store.
import { badRequest, methodNotAllowed, notFound, pathNotFound, success } from "../errors.ts";
import { isObject, type KubeObject } from "../objects.ts";
import { bindPod } from "../resources/binding.ts";
import { type DeleteOptions, remove } from "../resources/deletion.ts";
import { create, type Part, update, type WriteOptions } from "../resources/operations.ts";
import { keyOf, read } from "../resources/stored.ts";
import { apiVersionOf } from "../resources/types.ts";
import type { Store } from "../store/store.ts";
import type { Transaction } from "../store/transaction.ts";
import { assertPatchType, patchObject } from "./applyPatch.ts";
import type { Exchange } from "./exchange.ts";
import { assertSupported, unknownFieldsPolicy } from "./fieldValidation.ts";
import { listObjects } from "./list.ts";
import { formOf, renderList, renderObject } from "./representation.ts";
import { getScale, putScale } from "./scale.ts";
import type { Target } from "./target.ts";
import { startWatch } from "./watch.ts";

interface Call {
  exchange: Exchange;
  target: Target;
  store: Store;
}

/** A call whose path names one object. */
interface ObjectCall extends Call {
  name: string;
}

function answerObject({ exchange, target }: Call, code: number, object: KubeObject): void {
  const form = formOf(exchange.request.headers.accept);
  exchange.json(code, renderObject(object, target.type, form, exchange.query.get("includeObject")));
}

/** Runs a write, without trace when the client asked for a dry run. */
function write<T>({ exchange, store }: Call, operation: (transaction: Transaction) => T): Promise<T> {
  const dryRun = exchange.query.get("dryRun");
  if (dryRun) assertSupported("dryRun", dryRun, ["All"]);
  return store.transact((transaction) => {
    transaction.dryRun = dryRun === "All";
    return operation(transaction);
  });
}

function partOf({ target: { type, subresource } }: Call): Part {
  if (subresource === undefined) return "object";
  if (subresource === "status" && type.status) return "status";
  throw pathNotFound();
}

const writeOptions = ({ exchange }: Call): WriteOptions => ({
  onUnknownFields: unknownFieldsPolicy(exchange),
});

function list(call: Call): void {
  const { exchange, target, store } = call;
  const { objects, metadata } = listObjects(target, exchange.query, store.state);
  const form = formOf(exchange.request.headers.accept);
  exchange.json(200, renderList(objects, target.type, form, exchange.query.get("includeObject"), metadata));
}

function get(call: ObjectCall): void {
  const { target, store, name } = call;
  const object = store.state.get(keyOf(target.type, target.namespace, name));
  if (target.subresource === "scale") {
    call.exchange.json(200, getScale(target.type, object, name));
    return;
  }
  partOf(call);
  if (!object) throw notFound(target.type, name);
  answerObject(call, 200, object);
}

async function post(call: Call): Promise<void> {
  const { exchange, target } = call;
  const body = (await exchange.bodyObject()) as KubeObject;
  const { type, namespace } = target;
  body.kind ??= type.kind;
  body.apiVersion ??= apiVersionOf(type);
  const object = await write(call, (tx) => create(tx, type, namespace, body, writeOptions(call)));
  answerObject(call, 201, object);
}

async function put(call: ObjectCall): Promise<void> {
  const { exchange, target, name } = call;
  const body = (await exchange.bodyObject()) as KubeObject;
  const { type, namespace } = target;
  if (target.subresource === "scale") {
    const scaled = await write(call, (tx) => putScale(tx, target, name, body));
    return exchange.json(200, getScale(type, scaled, name));
  }
  const part = partOf(call);
  const before = call.store.state.get(keyOf(type, namespace, name));
  const object = await write(call, (tx) => update(tx, type, namespace, name, body, part, writeOptions(call)));
  answerObject(call, before ? 200 : 201, object);
}

async function patch(call: ObjectCall): Promise<void> {
  const { exchange, target, name } = call;
  const { type, namespace } = target;
  assertPatchType(exchange.contentType, type);
  const text = await exchange.text();
  if (target.subresource === "scale") {
    const scaled = await write(call, (tx) => {
      const scale = getScale(type, read(tx, type, namespace, name), name) as unknown as KubeObject;
      return putScale(tx, target, name, patchObject(scale, text, exchange.contentType, type));
    });
    return exchange.json(200, getScale(type, scaled, name));
  }
  const part = partOf(call);
  const object = await write(call, (tx) => {
    const old = read(tx, type, namespace, name);
    const current = { ...old, apiVersion: apiVersionOf(type) };
    const patched = patchObject(current, text, exchange.contentType, type);
    return update(tx, type, namespace, name, patched, part, writeOptions(call));
  });
  answerObject(call, 200, object);
}

/** DeleteOptions come in the body, in the query, or not at all. */
async function deleteOptions({ exchange }: Call): Promise<DeleteOptions> {
  const body = (await exchange.body()) ?? {};
  if (!isObject(body)) throw badRequest("DeleteOptions must be an object");
  const seconds = exchange.query.get("gracePeriodSeconds") ?? body.gracePeriodSeconds;
  if (Array.isArray(body.dryRun) && body.dryRun.includes("All")) exchange.query.set("dryRun", "All");
  return {
    ...(seconds !== undefined && seconds !== null && { gracePeriodSeconds: Number(seconds) }),
    orphan: (exchange.query.get("propagationPolicy") ?? body.propagationPolicy) === "Orphan",
    preconditions: (body.preconditions ?? undefined) as DeleteOptions["preconditions"],
  };
}

async function deleteOne(call: ObjectCall): Promise<void> {
  const { target, exchange, name } = call;
  const { type, namespace } = target;
  if (target.subresource !== undefined) throw methodNotAllowed();
  const options = await deleteOptions(call);
  const { object, gone } = await write(call, (tx) => remove(tx, type, namespace, name, options));
  if (!gone) return answerObject(call, 200, object);
  const { uid } = object.metadata;
  exchange.json(200, success({ name, ...(type.group && { group: type.group }), kind: type.plural, uid }));
}

async function deleteCollection(call: Call): Promise<void> {
  const { exchange, target, store } = call;
  const options = await deleteOptions(call);
  const { objects, metadata } = listObjects(target, exchange.query, store.state);
  await write(call, (tx) => {
    for (const { metadata } of objects) {
      const namespace = metadata.namespace ?? "";
      if (tx.get(keyOf(target.type, namespace, metadata.name)))
        remove(tx, target.type, namespace, metadata.name, options);
    }
  });
  exchange.json(200, renderList(objects, target.type, "object", null, metadata));
}

function onCollection(call: Call): void | Promise<void> {
  const acrossNamespaces = call.target.type.namespaced && call.target.namespace === "";
  if (acrossNamespaces && call.exchange.method !== "GET") throw pathNotFound();
  switch (call.exchange.method) {
    case "GET":
      return list(call);
    case "POST":
      return post(call);
    case "DELETE":
      return deleteCollection(call);
    default:
      throw methodNotAllowed();
  }
}

async function bind(call: ObjectCall): Promise<void> {
  const body = await call.exchange.bodyObject();
  await write(call, (tx) => bindPod(tx, call.target, call.name, body));
  call.exchange.json(201, success());
}

function onObject(call: ObjectCall): void | Promise<void> {
  switch (call.exchange.method) {
    case "GET":
      return get(call);
    case "PUT":
      return put(call);
    case "PATCH":
      return patch(call);
    case "DELETE":
      return deleteOne(call);
    case "POST":
      if (call.target.subresource === "binding") return bind(call);
      throw methodNotAllowed();
    default:
      throw methodNotAllowed();
  }
}

/** Answers a request for a resource. Errors are thrown as ApiError. */
export async function handleResource(exchange: Exchange, target: Target, store: Store): Promise<void> {
  if (exchange.method === "GET" && exchange.flag("watch") && target.subresource === undefined)
    return startWatch(exchange, target, store);
  const { name } = target;
  return name === undefined
    ? onCollection({ exchange, target, store })
    : onObject({ exchange, target, store, name });
}
