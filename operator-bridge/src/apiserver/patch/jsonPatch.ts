// SPDX-License-Identifier: Apache-2.0
// RFC 6902.
import { deepEqual, isObject } from "../objects.ts";

/** The patch is well-formed but can't be applied to this document. */
export class PatchError extends Error {}

type Container = Record<string, unknown> | unknown[];

interface Operation {
  op: string;
  path: string;
  from?: string;
  value?: unknown;
}

const unescapeToken = (token: string): string => token.replace(/~1/g, "/").replace(/~0/g, "~");

function tokensOf(pointer: string): string[] {
  if (pointer !== "" && !pointer.startsWith("/")) throw new PatchError(`"${pointer}" is no JSON pointer`);
  return pointer.split("/").slice(1).map(unescapeToken);
}

function step(value: unknown, token: string, pointer: string): unknown {
  if (Array.isArray(value) && /^(0|[1-9]\d*)$/.test(token) && Number(token) < value.length)
    return value[Number(token)];
  if (isObject(value) && Object.hasOwn(value, token)) return value[token];
  throw new PatchError(`the path "${pointer}" does not exist`);
}

const read = (document: unknown, pointer: string): unknown =>
  tokensOf(pointer).reduce((value, token) => step(value, token, pointer), document);

function parentOf(document: unknown, pointer: string): { parent: Container; token: string } {
  const tokens = tokensOf(pointer);
  const token = tokens.pop()!;
  const parent = tokens.reduce((value, name) => step(value, name, pointer), document);
  if (!isObject(parent) && !Array.isArray(parent))
    throw new PatchError(`the path "${pointer}" does not exist`);
  return { parent, token };
}

function add(document: unknown, pointer: string, value: unknown): unknown {
  if (pointer === "") return value;
  const { parent, token } = parentOf(document, pointer);
  if (!Array.isArray(parent)) {
    parent[token] = value;
    return document;
  }
  const index = token === "-" ? parent.length : Number(token);
  if (!Number.isInteger(index) || index < 0 || index > parent.length)
    throw new PatchError(`the index of "${pointer}" is out of bounds`);
  parent.splice(index, 0, value);
  return document;
}

function remove(document: unknown, pointer: string): unknown {
  read(document, pointer);
  if (pointer === "") return null;
  const { parent, token } = parentOf(document, pointer);
  if (Array.isArray(parent)) parent.splice(Number(token), 1);
  else delete parent[token];
  return document;
}

function applyOne(document: unknown, { op, path, from = "", value }: Operation): unknown {
  switch (op) {
    case "add":
      return add(document, path, structuredClone(value));
    case "remove":
      return remove(document, path);
    case "replace":
      return add(remove(document, path), path, structuredClone(value));
    case "move": {
      const moved = read(document, from);
      return add(remove(document, from), path, moved);
    }
    case "copy":
      return add(document, path, structuredClone(read(document, from)));
    case "test":
      if (!deepEqual(read(document, path), value)) throw new PatchError(`testing value "${path}" failed`);
      return document;
    default:
      throw new PatchError(`unexpected operation "${op}"`);
  }
}

const isOperation = (value: unknown): value is Operation =>
  isObject(value) && typeof value.op === "string" && typeof value.path === "string";

/** Applies all operations or throws; `target` stays as it was. TypeError when the patch is no list of operations. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch) || !patch.every(isOperation))
    throw new TypeError("a JSON patch is a list of operations");
  return patch.reduce(applyOne, structuredClone(target));
}
