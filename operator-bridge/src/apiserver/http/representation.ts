// SPDX-License-Identifier: Apache-2.0
// The forms in which a client may ask for objects: whole, metadata only, or as the rows kubectl prints.
import { humanDuration } from "../duration.ts";
import { isObject, type KubeObject } from "../objects.ts";
import { apiVersionOf, type Column, type ResourceType } from "../resources/types.ts";

export type Form = "object" | "table" | "metadata";

export interface ListMeta {
  resourceVersion: string;
  continue?: string;
  remainingItemCount?: number;
}

/** The first form of an Accept header that this server has. */
export function formOf(accept: string | undefined): Form {
  for (const range of (accept ?? "").split(",")) {
    const [mediaType, ...parameters] = range.split(";").map((part) => part.trim());
    const isJson = ["application/json", "*/*", "application/*"].includes(mediaType!);
    if (!isJson) continue;
    const as = parameters.find((parameter) => parameter.startsWith("as="))?.slice(3);
    if (!as) return "object";
    if (!parameters.includes("v=v1")) continue;
    if (as === "Table") return "table";
    if (as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") return "metadata";
  }
  return "object";
}

/** An object in the version it is served in. */
export function served(object: KubeObject, type: ResourceType): KubeObject {
  const apiVersion = apiVersionOf(type);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

const partial = (object: KubeObject) => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata: object.metadata,
});

const unknownAge = "<unknown>";

function ageOf(value: unknown): string {
  const sinceMs = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(sinceMs) ? unknownAge : humanDuration(Date.now() - sinceMs);
}

function cellOf(column: Column, object: KubeObject): unknown {
  const value = column.cell(object);
  if (column.type === "date" && column.format !== "rfc3339") return ageOf(value);
  if (isObject(value) || Array.isArray(value)) return JSON.stringify(value);
  return value ?? null;
}

/** What a row carries besides its cells (query parameter includeObject). */
function rowObject(object: KubeObject, type: ResourceType, include: string | null): object | undefined {
  if (include === "None") return undefined;
  return include === "Object" ? served(object, type) : partial(object);
}

function columnDefinitions(columns: Column[]): object[] {
  return columns.map(({ cell: _, format = "", description = "", priority = 0, ...column }) => ({
    ...column,
    format,
    description,
    priority,
  }));
}

export function toTable(
  objects: KubeObject[],
  type: ResourceType,
  include: string | null,
  metadata: Partial<ListMeta>,
  withColumns = true,
): object {
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata,
    columnDefinitions: withColumns ? columnDefinitions(type.columns) : null,
    rows: objects.map((object) => ({
      cells: type.columns.map((column) => cellOf(column, object)),
      object: rowObject(object, type, include),
    })),
  };
}

export function renderObject(
  object: KubeObject,
  type: ResourceType,
  form: Form,
  include: string | null,
): object {
  if (form === "table")
    return toTable([object], type, include, { resourceVersion: object.metadata.resourceVersion });
  return form === "metadata" ? partial(object) : served(object, type);
}

export function renderList(
  objects: KubeObject[],
  type: ResourceType,
  form: Form,
  include: string | null,
  metadata: ListMeta,
): object {
  if (form === "table") return toTable(objects, type, include, metadata);
  if (form === "metadata")
    return {
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata,
      items: objects.map(partial),
    };
  const items = objects.map((object) => served(object, type));
  return { kind: type.listKind, apiVersion: apiVersionOf(type), metadata, items };
}
