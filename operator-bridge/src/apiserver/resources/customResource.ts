// SPDX-License-Identifier: Apache-2.0
// From a CustomResourceDefinition to the resources it defines, one per served version.
import type { Cause } from "../errors.ts";
import { jsonPath } from "../jsonPath.ts";
import type { KubeObject } from "../objects.ts";
import { checkRules } from "../schema/celRules.ts";
import { withObjectFields } from "../schema/celValues.ts";
import { applyDefaults, prune } from "../schema/normalise.ts";
import type { StructuralSchema } from "../schema/structural.ts";
import { validate } from "../schema/validate.ts";
import { ageColumn, nameColumn } from "./columns.ts";
import { type CrdVersion, crdSpecOf } from "./crd.ts";
import type { Column, ResourceType, SchemaRules } from "./types.ts";

/** The fields that every object has are the server's to check, whatever the schema says of them. */
function ownFields(schema: StructuralSchema): StructuralSchema {
  const { metadata: _, apiVersion: __, kind: ___, ...properties } = schema.properties ?? {};
  return { ...schema, properties };
}

function rulesOf(schema: StructuralSchema): SchemaRules {
  const own = ownFields(schema);
  const root = withObjectFields(own);
  return {
    schema,
    normalise(object) {
      const dropped = prune(object, own);
      applyDefaults(object, own);
      return dropped;
    },
    validate(object: KubeObject, old?: KubeObject): Cause[] {
      const causes = validate(object, own);
      return causes.length > 0 ? causes : checkRules(object, old, root);
    },
  };
}

function columnsOf({ additionalPrinterColumns }: CrdVersion): Column[] {
  if (!additionalPrinterColumns?.length) return [nameColumn, ageColumn];
  const columns = additionalPrinterColumns.map(({ jsonPath: path, ...column }): Column => {
    const find = jsonPath(path);
    return { priority: 0, ...column, cell: (object) => find(object)[0] };
  });
  return [nameColumn, ...columns];
}

function toResourceType(crd: KubeObject, version: CrdVersion): ResourceType {
  const { group, names, scope, versions } = crdSpecOf(crd);
  return {
    group,
    version: version.name,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === "Namespaced",
    storageVersion: storageVersionOf(versions).name,
    custom: true,
    generation: true,
    status: version.subresources?.status !== undefined,
    scale: version.subresources?.scale,
    columns: columnsOf(version),
    strategy: {
      unconditionalUpdate: false,
      selectableFields: (version.selectableFields ?? []).map((field) => field.jsonPath.replace(/^\./, "")),
    },
    rules: rulesOf(version.schema!.openAPIV3Schema!),
  };
}

const storageVersionOf = (versions: CrdVersion[]): CrdVersion => versions.find((version) => version.storage)!;

/** The resource types that a CRD serves. */
export function customResources(crd: KubeObject): ResourceType[] {
  return crdSpecOf(crd)
    .versions.filter((version) => version.served)
    .map((version) => toResourceType(crd, version));
}

/** A CRD's objects as they are stored, whether or not that version is served. */
export const storedResource = (crd: KubeObject): ResourceType =>
  toResourceType(crd, storageVersionOf(crdSpecOf(crd).versions));
