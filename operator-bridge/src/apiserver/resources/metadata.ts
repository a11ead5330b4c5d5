// SPDX-License-Identifier: Apache-2.0
// The rules of metadata, the same for every resource.
import { type Cause, fieldError } from "../errors.ts";
import { isObject, type KubeObject, type ObjectMeta } from "../objects.ts";
import type { ResourceType } from "./types.ts";

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const dnsLabel = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const namePart = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const annotationBytesMax = 256 * 1024;

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character";

function isQualifiedName(key: string): boolean {
  const parts = key.split("/");
  const name = parts.pop()!;
  const prefixValid =
    parts.length === 0 || (parts.length === 1 && subdomain.test(parts[0]!) && parts[0]!.length <= 253);
  return prefixValid && namePart.test(name) && name.length <= 63;
}

function validateName(name: unknown, type: ResourceType): Cause[] {
  const field = "metadata.name";
  if (typeof name !== "string" || name === "")
    return [fieldError.required(field, "name or generateName is required")];
  const isNamespace = type.group === "" && type.plural === "namespaces";
  const [pattern, lengthMax] = isNamespace ? [dnsLabel, 63] : [subdomain, 253];
  if (name.length > lengthMax)
    return [fieldError.invalid(field, name, `must be no more than ${lengthMax} characters`)];
  return pattern.test(name) ? [] : [fieldError.invalid(field, name, subdomainRule)];
}

function validateLabels(labels: Record<string, unknown>): Cause[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    if (!isQualifiedName(key))
      return [fieldError.invalid("metadata.labels", key, "must be a qualified name")];
    const valid = typeof value === "string" && (value === "" || (namePart.test(value) && value.length <= 63));
    return valid ? [] : [fieldError.invalid("metadata.labels", value, "must be a valid label value")];
  });
}

function validateAnnotations(annotations: Record<string, unknown>): Cause[] {
  const causes = Object.keys(annotations)
    .filter((key) => !isQualifiedName(key.toLowerCase()))
    .map((key) => fieldError.invalid("metadata.annotations", key, "must be a qualified name"));
  const bytes = Buffer.byteLength(JSON.stringify(annotations));
  if (bytes > annotationBytesMax) causes.push(fieldError.tooLong("metadata.annotations", annotationBytesMax));
  return causes;
}

function validateOwners(owners: unknown[]): Cause[] {
  return owners.flatMap((owner, index) => {
    const path = `metadata.ownerReferences[${index}]`;
    if (!isObject(owner)) return [fieldError.invalid(path, owner, "must be an object")];
    return ["apiVersion", "kind", "name", "uid"]
      .filter((field) => !owner[field])
      .map((field) =>
        fieldError.invalid(`${path}.${field}`, owner[field] ?? "", `${field} must not be empty`),
      );
  });
}

/** metadata of a wrong shape can't be worked on at all: the caller answers 400. */
export function hasMetadataShape(metadata: unknown): metadata is ObjectMeta {
  if (!isObject(metadata)) return false;
  const texts = ["name", "generateName", "namespace", "uid", "resourceVersion"];
  const maps = ["labels", "annotations"];
  const absent = (field: string) => metadata[field] === undefined || metadata[field] === null;
  return (
    texts.every((field) => absent(field) || typeof metadata[field] === "string") &&
    maps.every((field) => absent(field) || isTextMap(metadata[field])) &&
    (absent("finalizers") || isList(metadata.finalizers, "string")) &&
    (absent("ownerReferences") || isList(metadata.ownerReferences, "object"))
  );
}

const isTextMap = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((item) => typeof item === "string");

const isList = (value: unknown, itemType: string): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === itemType);

export function validateMetadata(object: KubeObject, type: ResourceType): Cause[] {
  const { name, labels, annotations, finalizers, ownerReferences } = object.metadata;
  return [
    ...validateName(name, type),
    ...validateLabels(labels ?? {}),
    ...validateAnnotations(annotations ?? {}),
    ...(finalizers ?? [])
      .filter((finalizer) => !isQualifiedName(finalizer))
      .map((finalizer) => fieldError.invalid("metadata.finalizers", finalizer, "must be a qualified name")),
    ...validateOwners(ownerReferences ?? []),
  ];
}

/** While an object is being deleted, finalizers can only go. */
export function validateFinalizerChange(object: KubeObject, old: KubeObject): Cause[] {
  if (!old.metadata.deletionTimestamp) return [];
  const added = (object.metadata.finalizers ?? []).filter((name) => !old.metadata.finalizers?.includes(name));
  if (added.length === 0) return [];
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`;
  return [fieldError.forbidden("metadata.finalizers", why)];
}

// Kubernetes' alphabet for generated names: no vowels, so no words.
const suffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const generatedNameBaseMax = 63 - suffixLength;

/** generateName's prefix with a random suffix. */
export function generateName(prefix: string): string {
  const random = crypto.getRandomValues(new Uint8Array(suffixLength));
  const suffix = [...random].map((byte) => suffixAlphabet[byte % suffixAlphabet.length]).join("");
  return prefix.slice(0, generatedNameBaseMax) + suffix;
}
