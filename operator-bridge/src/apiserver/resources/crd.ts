// SPDX-License-Identifier: Apache-2.0
// CustomResourceDefinition as a resource: its defaults, validation and status.
import { type Cause, fieldError } from "../errors.ts";
import { jsonPath } from "../jsonPath.ts";
import { at, isObject, type KubeObject, timestamp } from "../objects.ts";
import { checkSchema } from "../schema/checkSchema.ts";
import type { StructuralSchema } from "../schema/structural.ts";
import { crdColumns } from "./columns.ts";
import type { Column, ResourceType, ScalePaths } from "./types.ts";

export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  schema?: { openAPIV3Schema?: StructuralSchema };
  subresources?: { status?: object; scale?: ScalePaths };
  additionalPrinterColumns?: (Omit<Column, "cell"> & { jsonPath: string })[];
  selectableFields?: { jsonPath: string }[];
}

export interface CrdSpec {
  group: string;
  scope: "Namespaced" | "Cluster";
  names: {
    plural: string;
    singular?: string;
    kind: string;
    listKind?: string;
    shortNames?: string[];
    categories?: string[];
  };
  versions: CrdVersion[];
}

/** Holds a deleted definition until its objects are gone. */
export const crdFinalizer = "customresourcecleanup.apiextensions.k8s.io";

export const crdSpecOf = (crd: KubeObject): CrdSpec => crd.spec as CrdSpec;

function fillNames(crd: KubeObject): void {
  if (!isObject(crd.spec) || !isObject(crd.spec.names)) return;
  const { names } = crdSpecOf(crd);
  names.singular ??= String(names.kind).toLowerCase();
  names.listKind ??= `${names.kind}List`;
  crd.spec.conversion ??= { strategy: "None" };
}

const storageVersionsOf = (crd: KubeObject): string[] => {
  const versions = at(crd, "spec", "versions");
  return (Array.isArray(versions) ? versions : [])
    .filter((version) => version?.storage)
    .map(({ name }) => name);
};

function establish(crd: KubeObject): void {
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: "True",
    reason,
    message,
    lastTransitionTime: timestamp(),
  });
  crd.status = {
    conditions: [
      condition("NamesAccepted", "NoConflicts", "no conflicts found"),
      condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
    ],
    acceptedNames: at(crd, "spec", "names"),
    storedVersions: storageVersionsOf(crd),
  };
}

/** Names may change, and a version once stored may still be in old objects. */
function refreshStatus(crd: KubeObject): void {
  const stored = at(crd, "status", "storedVersions");
  crd.status = {
    ...(crd.status as object),
    acceptedNames: at(crd, "spec", "names"),
    storedVersions: [...new Set([...(Array.isArray(stored) ? stored : []), ...storageVersionsOf(crd)])],
  };
}

function validateShape(spec: unknown): Cause[] {
  if (!isObject(spec)) return [fieldError.required("spec")];
  const required = ["group", "names.plural", "names.kind", "scope", "versions"];
  const missing = required.filter((path) => !at(spec, ...path.split(".")));
  const causes = missing.map((path) => fieldError.required(`spec.${path}`));
  if (spec.versions && !(Array.isArray(spec.versions) && spec.versions.every(isObject)))
    causes.push(fieldError.invalid("spec.versions", spec.versions, "must be a list of versions"));
  return causes;
}

function validatePaths({ additionalPrinterColumns = [] }: CrdVersion, path: string): Cause[] {
  return additionalPrinterColumns.flatMap((column, index) => {
    try {
      jsonPath(column.jsonPath);
      return [];
    } catch (error) {
      const field = `${path}.additionalPrinterColumns[${index}].jsonPath`;
      return [
        fieldError.invalid(field, column.jsonPath, error instanceof Error ? error.message : "is malformed"),
      ];
    }
  });
}

function validateVersion(version: CrdVersion, index: number, all: CrdVersion[]): Cause[] {
  const path = `spec.versions[${index}]`;
  const schema = version.schema?.openAPIV3Schema;
  if (!isObject(schema))
    return [fieldError.required(`${path}.schema.openAPIV3Schema`, "schemas are required")];
  // Kubernetes reports a schema that is the only one under the name it had before there were versions.
  const schemaPath = all.length === 1 ? "spec.validation.openAPIV3Schema" : `${path}.schema.openAPIV3Schema`;
  return [...checkSchema(schema, schemaPath), ...validatePaths(version, path)];
}

function validateVersions(versions: CrdVersion[]): Cause[] {
  const causes = versions.flatMap(validateVersion);
  if (versions.filter((version) => version.storage).length !== 1)
    causes.push(
      fieldError.invalid(
        "spec.versions",
        versions.length,
        "must have exactly one version marked as storage version",
      ),
    );
  return causes;
}

function validateUnchanged(crd: KubeObject, old: KubeObject): Cause[] {
  return ["scope", "names.kind", "names.plural", "group"]
    .filter((path) => at(crd.spec, ...path.split(".")) !== at(old.spec, ...path.split(".")))
    .map((path) =>
      fieldError.invalid(`spec.${path}`, at(crd.spec, ...path.split(".")), "field is immutable"),
    );
}

function validateCrd(crd: KubeObject, old?: KubeObject): Cause[] {
  const shape = validateShape(crd.spec);
  if (shape.length > 0) return shape;
  const { group, names, scope, versions } = crdSpecOf(crd);
  const causes = validateVersions(versions);
  if (!["Namespaced", "Cluster"].includes(scope))
    causes.push(fieldError.notSupported("spec.scope", scope, ["Cluster", "Namespaced"]));
  if (crd.metadata.name !== `${names.plural}.${group}`)
    causes.push(
      fieldError.invalid("metadata.name", crd.metadata.name, `must be spec.names.plural+"."+spec.group`),
    );
  return old ? [...causes, ...validateUnchanged(crd, old)] : causes;
}

export const customResourceDefinitions: ResourceType = {
  group: "apiextensions.k8s.io",
  version: "v1",
  storageVersion: "v1",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  kind: "CustomResourceDefinition",
  listKind: "CustomResourceDefinitionList",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  namespaced: false,
  custom: false,
  generation: true,
  status: true,
  columns: crdColumns,
  strategy: {
    unconditionalUpdate: false,
    prepareCreate: (crd) => {
      fillNames(crd);
      establish(crd);
      crd.metadata.finalizers = [...new Set([...(crd.metadata.finalizers ?? []), crdFinalizer])];
    },
    prepareUpdate: (crd) => {
      fillNames(crd);
      refreshStatus(crd);
    },
    validate: validateCrd,
  },
};
