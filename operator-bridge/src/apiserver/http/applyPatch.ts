// SPDX-License-Identifier: Apache-2.0
import { ApiError, badRequest, fieldError, invalid, unsupportedMediaType } from "../errors.ts";
import { isObject, type KubeObject } from "../objects.ts";
import { applyJsonPatch, PatchError } from "../patch/jsonPatch.ts";
import { applyMergePatch } from "../patch/mergePatch.ts";
import { applyStrategicMerge } from "../patch/strategicMerge.ts";
import type { ResourceType } from "../resources/types.ts";
import { parseBody } from "./exchange.ts";

const jsonPatchType = "application/json-patch+json";
const mergePatchType = "application/merge-patch+json";
const strategicMergeType = "application/strategic-merge-patch+json";

/** The patch types a resource takes. Server-side apply is not among them. */
const patchTypesOf = (type: ResourceType): string[] =>
  type.custom ? [jsonPatchType, mergePatchType] : [jsonPatchType, mergePatchType, strategicMergeType];

/** 415 for a patch type that the resource does not take. */
export function assertPatchType(contentType: string, type: ResourceType): void {
  if (!patchTypesOf(type).includes(contentType)) throw unsupportedMediaType(patchTypesOf(type));
}

function applyAny(object: KubeObject, patch: unknown, contentType: string): unknown {
  if (contentType === jsonPatchType) return applyJsonPatch(object, patch);
  if (!isObject(patch)) throw new TypeError("a merge patch must be an object");
  return contentType === strategicMergeType
    ? applyStrategicMerge(object, patch)
    : applyMergePatch(object, patch);
}

const immutableUid = ({ metadata }: KubeObject, type: ResourceType) =>
  invalid(type.group, type.kind, metadata.name, [
    fieldError.invalid("metadata.uid", metadata.uid, "field is immutable"),
  ]);

/** The patched object, free to be changed. 400 for a malformed patch, 422 for one that does not apply. */
export function patchObject(
  object: KubeObject,
  text: string,
  contentType: string,
  type: ResourceType,
): KubeObject {
  const patch = parseBody(text, contentType);
  try {
    const patched = applyAny(object, patch, contentType);
    if (!isObject(patched) || !isObject(patched.metadata)) throw new PatchError("the result is no object");
    if (patched.metadata.uid !== object.metadata.uid) throw immutableUid(patched as KubeObject, type);
    return structuredClone(patched) as KubeObject;
  } catch (error) {
    if (error instanceof PatchError)
      throw new ApiError(
        422,
        "Invalid",
        `the server rejected our request due to an error in our request: ${error.message}`,
        {
          name: object.metadata.name,
          kind: type.plural,
        },
      );
    if (error instanceof TypeError) throw badRequest(error.message);
    throw error;
  }
}
