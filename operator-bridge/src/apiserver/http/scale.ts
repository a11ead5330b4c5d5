// SPDX-License-Identifier: Apache-2.0
// autoscaling/v1 Scale of custom resources that declare the subresource.
import { badRequest, conflict, notFound, pathNotFound } from "../errors.ts";
import { at, isObject, type KubeObject } from "../objects.ts";
import { update } from "../resources/operations.ts";
import { read } from "../resources/stored.ts";
import { apiVersionOf, type ResourceType } from "../resources/types.ts";
import type { Transaction } from "../store/transaction.ts";
import type { Target } from "./target.ts";

const fieldsOf = (path: string): string[] => path.split(".").filter(Boolean);

export function getScale(type: ResourceType, object: KubeObject | undefined, name: string): object {
  if (!type.scale) throw pathNotFound();
  if (!object) throw notFound(type, name);
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = type.scale;
  const selector = labelSelectorPath ? at(object, ...fieldsOf(labelSelectorPath)) : undefined;
  const { namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, ...fieldsOf(specReplicasPath)) ?? 0 },
    status: {
      replicas: at(object, ...fieldsOf(statusReplicasPath)) ?? 0,
      ...(selector !== undefined && { selector }),
    },
  };
}

/** Sets the replicas that `scale` wants; returns the scaled object. */
export function putScale(
  transaction: Transaction,
  target: Target,
  name: string,
  scale: KubeObject,
): KubeObject {
  const { type, namespace } = target;
  if (!type.scale) throw pathNotFound();
  const replicas = at(scale, "spec", "replicas") ?? 0;
  if (!Number.isInteger(replicas)) throw badRequest("spec.replicas must be an integer");
  const object = structuredClone(read(transaction, type, namespace, name));
  const { resourceVersion } = scale.metadata ?? {};
  if (resourceVersion && resourceVersion !== object.metadata.resourceVersion)
    throw conflict(
      type,
      name,
      "the object has been modified; please apply your changes to the latest version and try again",
    );
  const fields = fieldsOf(type.scale.specReplicasPath);
  const last = fields.pop()!;
  const parent = at(object, ...fields);
  if (!isObject(parent)) throw badRequest(`${type.scale.specReplicasPath} does not exist`);
  parent[last] = replicas;
  object.apiVersion = apiVersionOf(type);
  return update(transaction, type, namespace, name, object);
}
