// SPDX-License-Identifier: Apache-2.0
// kubectl's own commands (`create namespace`, `auth can-i`, ...) send built-in kinds as protobuf only. This reads the few
// kinds they create; answers are JSON, which they take. Field numbers: Kubernetes' published protobuf definitions.
import { badRequest, unsupportedMediaType } from "../errors.ts";

export const protobufType = "application/vnd.kubernetes.protobuf";

type Decode = (value: Uint8Array | bigint) => unknown;

interface Field {
  name: string;
  decode: Decode;
  shape?: "list" | "map";
}

type Message = Record<number, Field>;

const magic = Buffer.from("k8s\0");

interface WireField {
  number: number;
  value: Uint8Array | bigint;
}

/** Reads the fields of a message in order. Groups and fixed-width numbers do not occur in these kinds. */
class Reader {
  private position = 0;
  constructor(private readonly bytes: Uint8Array) {}

  *fields(): Generator<WireField> {
    while (this.position < this.bytes.length) {
      const tag = Number(this.varint());
      const number = tag >> 3;
      if ((tag & 7) === 0) yield { number, value: this.varint() };
      else if ((tag & 7) === 2) yield { number, value: this.delimited() };
      else throw badRequest("the protobuf body is malformed");
    }
  }

  private varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.position++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw badRequest("the protobuf body is malformed");
  }

  private delimited(): Uint8Array {
    const length = Number(this.varint());
    const end = this.position + length;
    if (length < 0 || end > this.bytes.length) throw badRequest("the protobuf body is malformed");
    const value = this.bytes.subarray(this.position, end);
    this.position = end;
    return value;
  }
}

function asBytes(value: Uint8Array | bigint): Uint8Array {
  if (typeof value === "bigint") throw badRequest("the protobuf body is malformed");
  return value;
}

const toText: Decode = (value) => Buffer.from(asBytes(value)).toString("utf8");
const toBase64: Decode = (value) => Buffer.from(asBytes(value)).toString("base64");
const toNumber: Decode = (value) => Number(value);
const toBoolean: Decode = (value) => value === 1n;

const text = (name: string): Field => ({ name, decode: toText });
const texts = (name: string): Field => ({ name, decode: toText, shape: "list" });
const number = (name: string): Field => ({ name, decode: toNumber });
const boolean = (name: string): Field => ({ name, decode: toBoolean });
const message = (name: string, inner: Message): Field => ({
  name,
  decode: (value) => decodeMessage(asBytes(value), inner),
});
const messages = (name: string, inner: Message): Field => ({ ...message(name, inner), shape: "list" });
const map = (name: string, decode: Decode): Field => ({
  name,
  decode: (value) => decodeMessage(asBytes(value), { 1: text("key"), 2: { name: "value", decode } }),
  shape: "map",
});

function place(object: Record<string, unknown>, { name, shape }: Field, value: unknown): void {
  if (shape === "list") {
    object[name] = [...((object[name] as unknown[]) ?? []), value];
  } else if (shape === "map") {
    const { key = "", value: item = "" } = value as { key?: string; value?: unknown };
    object[name] = { ...(object[name] as object), [key]: item };
  } else if (value !== "") object[name] = value; // An empty text is how these encodings say "absent".
}

function decodeMessage(bytes: Uint8Array, fields: Message): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { number: id, value } of new Reader(bytes).fields()) {
    const field = fields[id];
    if (field) place(object, field, field.decode(value));
  }
  return object;
}

const ownerReference: Message = {
  1: text("kind"),
  3: text("name"),
  4: text("uid"),
  5: text("apiVersion"),
  6: boolean("controller"),
  7: boolean("blockOwnerDeletion"),
};
// Without the fields that the server sets itself.
const metadata = message("metadata", {
  1: text("name"),
  2: text("generateName"),
  3: text("namespace"),
  5: text("uid"),
  6: text("resourceVersion"),
  11: map("labels", toText),
  12: map("annotations", toText),
  13: messages("ownerReferences", ownerReference),
  14: texts("finalizers"),
});
const resourceAttributes: Message = {
  1: text("namespace"),
  2: text("verb"),
  3: text("group"),
  4: text("version"),
  5: text("resource"),
  6: text("subresource"),
  7: text("name"),
};

const kinds: Record<string, Message> = {
  Namespace: { 1: metadata },
  ConfigMap: { 1: metadata, 2: map("data", toText), 3: map("binaryData", toBase64), 4: boolean("immutable") },
  Secret: {
    1: metadata,
    2: map("data", toBase64),
    3: text("type"),
    4: map("stringData", toText),
    5: boolean("immutable"),
  },
  DeleteOptions: {
    1: number("gracePeriodSeconds"),
    2: message("preconditions", { 1: text("uid"), 2: text("resourceVersion") }),
    4: text("propagationPolicy"),
    5: texts("dryRun"),
  },
  SelfSubjectReview: { 1: metadata },
  SelfSubjectAccessReview: {
    1: metadata,
    2: message("spec", {
      1: message("resourceAttributes", resourceAttributes),
      2: message("nonResourceAttributes", { 1: text("path"), 2: text("verb") }),
    }),
  },
};

const envelope: Message = {
  1: message("type", { 1: text("apiVersion"), 2: text("kind") }),
  2: { name: "raw", decode: asBytes },
};

/** The object in a protobuf body (runtime.Unknown with its magic number); 415 for kinds beyond those above. */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, magic.length).equals(magic)) throw badRequest("the protobuf body is malformed");
  const { type = {}, raw = new Uint8Array() } = decodeMessage(body.subarray(magic.length), envelope);
  const { apiVersion, kind } = type as { apiVersion?: string; kind?: string };
  const fields = kinds[kind ?? ""];
  if (!fields) throw unsupportedMediaType(["application/json", "application/yaml"]);
  return { apiVersion, kind, metadata: {}, ...decodeMessage(raw as Uint8Array, fields) };
}
