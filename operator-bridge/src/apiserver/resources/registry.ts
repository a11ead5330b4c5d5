// SPDX-License-Identifier: Apache-2.0
import type { KubeObject } from "../objects.ts";
import type { Store } from "../store/store.ts";
import { builtIns } from "./builtins.ts";
import { customResourceDefinitions } from "./crd.ts";
import { customResources } from "./customResource.ts";
import { type ResourceType, storageResource } from "./types.ts";

/** All resources served now: the built-in ones and those of the stored definitions. */
export class Registry {
  private readonly custom = new Map<string, ResourceType[]>();

  constructor(store: Store) {
    const crdResource = storageResource(customResourceDefinitions);
    for (const crd of store.state.table(crdResource).values()) this.define(crd);
    store.subscribe((events) => {
      for (const { resource, type, object } of events) {
        if (resource !== crdResource) continue;
        if (type === "DELETED") this.custom.delete(object.metadata.name);
        else this.define(object);
      }
    });
  }

  get types(): ResourceType[] {
    return [...builtIns, ...[...this.custom.values()].flat()];
  }

  /** The groups in discovery's order, core ("") left out. */
  get groups(): string[] {
    return [...new Set(this.types.map((type) => type.group))].filter((group) => group !== "");
  }

  versionsOf(group: string): string[] {
    return [...new Set(this.typesOf(group).map((type) => type.version))];
  }

  typesOf(group: string, version?: string): ResourceType[] {
    return this.types.filter(
      (type) => type.group === group && (version === undefined || type.version === version),
    );
  }

  find(group: string, version: string, plural: string): ResourceType | undefined {
    return this.typesOf(group, version).find((type) => type.plural === plural);
  }

  /** By storage name, in any version. */
  byStorage(resource: string): ResourceType | undefined {
    return this.types.find((type) => storageResource(type) === resource);
  }

  byKind(apiVersion: string, kind: string): ResourceType | undefined {
    const [version, group = ""] = apiVersion.split("/").reverse();
    return (
      this.typesOf(group, version).find((type) => type.kind === kind) ??
      this.typesOf(group).find((type) => type.kind === kind)
    );
  }

  private define(crd: KubeObject): void {
    this.custom.set(crd.metadata.name, customResources(crd));
  }
}
