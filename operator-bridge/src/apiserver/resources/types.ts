// SPDX-License-Identifier: Apache-2.0
import type { Cause } from "../errors.ts";
import type { KubeObject } from "../objects.ts";
import type { StructuralSchema } from "../schema/structural.ts";

/** A column of `kubectl get`; priority 0 is always shown, more only with -o wide. */
export interface Column {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "date";
  format?: string;
  description?: string;
  priority?: number;
  /** The cell's value; dates as RFC 3339, they are shown as an age. */
  cell: (object: KubeObject) => unknown;
}

/** What a resource does beyond what all do. Objects handed in may be changed; `old` may not. */
export interface Strategy {
  prepareCreate?: (object: KubeObject) => void;
  prepareUpdate?: (object: KubeObject, old: KubeObject) => void;
  validate?: (object: KubeObject, old?: KubeObject) => Cause[];
  /** Fields a fieldSelector may name besides metadata.name and metadata.namespace. */
  selectableFields?: string[];
  /** True when PUT without resourceVersion is allowed. */
  unconditionalUpdate: boolean;
  /** True when PUT creates what is missing. */
  createOnUpdate?: boolean;
  /** Names that can't be deleted. */
  permanentNames?: string[];
  /** Seconds a deletion waits for somebody to confirm it with 0; absent or 0 = none. */
  gracePeriodSeconds?: (object: KubeObject) => number;
}

/** A schema's verdict on an object: what it drops and what it finds wrong. */
export interface SchemaRules {
  schema: StructuralSchema;
  /** Fills in defaults and drops unknown fields in place; returns the dropped fields' paths. */
  normalise: (object: KubeObject) => string[];
  validate: (object: KubeObject, old?: KubeObject) => Cause[];
}

export interface ScalePaths {
  specReplicasPath: string;
  statusReplicasPath: string;
  labelSelectorPath?: string;
}

/** One served version of a resource. */
export interface ResourceType {
  group: string;
  version: string;
  plural: string;
  singular: string;
  kind: string;
  listKind: string;
  shortNames: string[];
  categories: string[];
  namespaced: boolean;
  /** The version objects are stored in; versions differ in nothing but their name. */
  storageVersion: string;
  custom: boolean;
  /** Metadata.generation is kept: 1 at first, more with every change of what is wanted. */
  generation: boolean;
  /** Status is a resource of its own: writes to one leave the other. */
  status: boolean;
  scale?: ScalePaths;
  columns: Column[];
  strategy: Strategy;
  rules?: SchemaRules;
}

export const apiVersionOf = (type: { group: string; version: string }): string =>
  type.group ? `${type.group}/${type.version}` : type.version;

/** The store's name of a resource. */
export const storageResource = (type: { group: string; plural: string }): string =>
  `${type.group}/${type.plural}`;
