// SPDX-License-Identifier: Apache-2.0
// Create and update as the Kubernetes API defines them, inside one store transaction. Handlers and the
// background controllers both go through here.
import { randomUUID } from "node:crypto";
import {
  alreadyExists,
  badRequest,
  type Cause,
  fieldError,
  forbidden,
  invalid,
  notFound,
  preconditionFailed,
  staleObject,
} from "../errors.ts";
import { deepEqual, type KubeObject, timestamp } from "../objects.ts";
import type { Transaction } from "../store/transaction.ts";
import { generateName, hasMetadataShape, validateFinalizerChange, validateMetadata } from "./metadata.ts";
import { isReleased, keyOf } from "./stored.ts";
import { apiVersionOf, type ResourceType, storageResource } from "./types.ts";

export interface WriteOptions {
  /** Called with the paths of fields that the schema does not know; may throw. */
  onUnknownFields?: (paths: string[]) => void;
}

/** What a write may touch: everything but status, or status alone. */
export type Part = "object" | "status";

const namespaces = { group: "", plural: "namespaces" };

function assertNamespaceAccepts(
  transaction: Transaction,
  type: ResourceType,
  namespace: string,
  name: string,
): void {
  if (!type.namespaced) return;
  const home = transaction.get({ resource: storageResource(namespaces), namespace: "", name: namespace });
  if (!home) throw notFound(namespaces, namespace);
  if (!home.metadata.deletionTimestamp) return;
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(type, name, why, [
    {
      reason: "NamespaceTerminating",
      message: `namespace ${namespace} is being terminated`,
      field: "metadata.namespace",
    },
  ]);
}

function assertMatches(object: KubeObject, type: ResourceType, namespace: string): void {
  if (!hasMetadataShape(object.metadata)) throw badRequest("metadata is missing or malformed");
  if (object.kind !== type.kind || object.apiVersion !== apiVersionOf(type))
    throw badRequest(
      `the object provided (${object.apiVersion}, ${object.kind}) is not of the expected type (${apiVersionOf(type)}, ${type.kind})`,
    );
  const given = object.metadata.namespace;
  if (given && given !== (type.namespaced ? namespace : ""))
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
}

function check(object: KubeObject, old: KubeObject | undefined, type: ResourceType): void {
  const causes: Cause[] = [
    ...validateMetadata(object, type),
    ...(old ? validateFinalizerChange(object, old) : []),
    ...(type.strategy.validate?.(object, old) ?? []),
    ...(type.rules?.validate(object, old) ?? []),
  ];
  if (causes.length > 0) throw invalid(type.group, type.kind, object.metadata.name, causes);
}

function normalise(object: KubeObject, type: ResourceType, options: WriteOptions): void {
  const unknown = type.rules?.normalise(object) ?? [];
  if (unknown.length > 0) options.onUnknownFields?.(unknown);
}

const toStored = (object: KubeObject, type: ResourceType): KubeObject => ({
  ...object,
  apiVersion: apiVersionOf({ group: type.group, version: type.storageVersion }),
});

/** Stores a new object and returns it. `object` is the caller's own and is changed. */
export function create(
  transaction: Transaction,
  type: ResourceType,
  namespace: string,
  object: KubeObject,
  options: WriteOptions = {},
): KubeObject {
  assertMatches(object, type, namespace);
  const { metadata } = object;
  if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName);
  assertNamespaceAccepts(transaction, type, namespace, metadata.name);
  if (metadata.resourceVersion)
    throw badRequest("resourceVersion should not be set on objects to be created");
  normalise(object, type, options);
  if (type.namespaced) metadata.namespace = namespace;
  metadata.uid = randomUUID();
  metadata.creationTimestamp = timestamp();
  if (type.generation) metadata.generation = 1;
  else delete metadata.generation;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  if (type.status) delete object.status;
  type.strategy.prepareCreate?.(object);
  check(object, undefined, type);
  const key = keyOf(type, namespace, metadata.name);
  if (transaction.get(key)) throw alreadyExists(type, metadata.name);
  return transaction.put(key, toStored(object, type));
}

const serverSet = [
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generation",
] as const;

function assertCurrent(object: KubeObject, old: KubeObject, type: ResourceType): void {
  const { name, uid, resourceVersion } = object.metadata;
  if (uid && uid !== old.metadata.uid) throw preconditionFailed(type, name, "UID", uid, old.metadata.uid);
  if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw staleObject(type, name);
  if (resourceVersion || type.strategy.unconditionalUpdate) return;
  const cause = fieldError.invalid("metadata.resourceVersion", 0, "must be specified for an update");
  throw invalid(type.group, type.kind, name, [cause]);
}

/** A status write keeps everything else as it was, but for labels and the like that no status write may change. */
function keepOtherPart(object: KubeObject, old: KubeObject, type: ResourceType, part: Part): KubeObject {
  if (!type.status) return object;
  const { status: newStatus } = object;
  const { status: oldStatus, ...oldRest } = old;
  const status = part === "status" ? newStatus : oldStatus;
  const rest = part === "status" ? structuredClone(oldRest) : object;
  const result = { ...rest, ...(status !== undefined && { status }) } as KubeObject;
  if (status === undefined) delete result.status;
  if (part === "status") result.metadata.resourceVersion = object.metadata.resourceVersion;
  return result;
}

function intentChanged(object: KubeObject, old: KubeObject, type: ResourceType): boolean {
  const intent = ({ metadata: _, status, apiVersion: __, ...rest }: KubeObject) =>
    type.status ? rest : { ...rest, status };
  return !deepEqual(intent(object), intent(old));
}

/** Replaces an object; returns it as stored. What changes nothing writes nothing. */
export function update(
  transaction: Transaction,
  type: ResourceType,
  namespace: string,
  name: string,
  given: KubeObject,
  part: Part = "object",
  options: WriteOptions = {},
): KubeObject {
  assertMatches(given, type, namespace);
  if ((given.metadata.name ?? "") !== name)
    throw badRequest(
      `the name of the object (${given.metadata.name}) does not match the name on the URL (${name})`,
    );
  const key = keyOf(type, namespace, name);
  const old = transaction.get(key);
  if (!old && type.strategy.createOnUpdate && part === "object")
    return create(transaction, type, namespace, given, options);
  if (!old) throw notFound(type, name);
  assertCurrent(given, old, type);
  normalise(given, type, options);
  const object = toStored(keepOtherPart(given, old, type, part), type);
  object.metadata = { ...object.metadata, ...(type.namespaced && { namespace }) };
  for (const field of serverSet) copyField(object, old, field);
  type.strategy.prepareUpdate?.(object, old);
  if (type.generation && intentChanged(object, old, type))
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
  check(object, old, type);
  object.metadata.resourceVersion = old.metadata.resourceVersion;
  if (deepEqual(object, old)) return old;
  if (!isReleased(object, type)) return transaction.put(key, object);
  transaction.remove(key);
  return object;
}

function copyField<Field extends (typeof serverSet)[number]>(
  to: KubeObject,
  from: KubeObject,
  field: Field,
): void {
  if (from.metadata[field] === undefined) delete to.metadata[field];
  else to.metadata[field] = from.metadata[field];
}
