// SPDX-License-Identifier: Apache-2.0
// IP prefixes as bytes: no library here parses both families to network-order bytes without Node's net module, which
// the browser lacks.

export interface Prefix {
  family: 4 | 6;
  /** 4 or 16 bytes, network order. */
  address: Uint8Array;
  length: number;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((p) => /^(0|[1-9]\d{0,2})$/.test(p) && Number(p) <= 255))
    return undefined;
  return Uint8Array.from(parts.map(Number));
}

/** RFC 4291 section 2.2, all three forms. */
function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = halves.map(parseGroups);
  if (groups.some((g) => g === undefined)) return undefined;
  const [head = [], tail = []] = groups as number[][];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array<number>(halves.length === 1 ? 0 : missing).fill(0), ...tail];
  return Uint8Array.from(all.flatMap((g) => [g >> 8, g & 255]));
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const last = parts.at(-1) ?? "";
  const embedded = last.includes(".") ? parseIpv4(last) : undefined;
  if (last.includes(".") && !embedded) return undefined;
  const hex = embedded ? parts.slice(0, -1) : parts;
  if (!hex.every((p) => /^[0-9a-fA-F]{1,4}$/.test(p))) return undefined;
  const groups = hex.map((p) => Number.parseInt(p, 16));
  if (embedded) {
    const [a = 0, b = 0, c = 0, d = 0] = embedded;
    groups.push((a << 8) | b, (c << 8) | d);
  }
  return groups;
}

/** Parses "10.0.1.0/24", "2001:db8::/32" or a bare address (its full length). Undefined when it is none of these. */
export function parsePrefix(text: string): Prefix | undefined {
  const [host = "", length, ...rest] = text.split("/");
  if (rest.length > 0) return undefined;
  const address = parseIpv4(host) ?? parseIpv6(host);
  if (!address) return undefined;
  const bits = address.length * 8;
  if (length !== undefined && !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const bitsWanted = length === undefined ? bits : Number(length);
  if (bitsWanted > bits) return undefined;
  return { family: address.length === 4 ? 4 : 6, address, length: bitsWanted };
}

/** The prefix with its host bits cleared. */
export function maskPrefix(prefix: Prefix): Prefix {
  const address = prefix.address.map((byte, i) => {
    const bits = Math.max(0, Math.min(8, prefix.length - i * 8));
    return byte & (0xff << (8 - bits));
  });
  return { ...prefix, address };
}

export const hasHostBits = (prefix: Prefix): boolean =>
  maskPrefix(prefix).address.some((byte, i) => byte !== prefix.address[i]);

/** True when every address of `inner` is in `outer`. */
export function containsPrefix(outer: Prefix, inner: Prefix): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  const masked = maskPrefix({ ...inner, length: outer.length });
  return maskPrefix(outer).address.every((byte, i) => byte === masked.address[i]);
}

export function formatPrefix(prefix: Prefix): string {
  if (prefix.family === 4) return `${prefix.address.join(".")}/${prefix.length}`;
  const groups = Array.from({ length: 8 }, (_, i) => {
    const [high = 0, low = 0] = prefix.address.slice(i * 2, i * 2 + 2);
    return ((high << 8) | low).toString(16);
  });
  // RFC 5952 section 4.2: the longest run of two or more zero groups is "::"; the first of equals.
  const runs = [...groups.join(":").matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)];
  const longest = runs.reduce<RegExpMatchArray | undefined>(
    (a, b) => (!a || b[0].length > a[0].length ? b : a),
    undefined,
  );
  const text = groups.join(":");
  if (!longest) return `${text}/${prefix.length}`;
  const before = text.slice(0, longest.index);
  const after = text.slice((longest.index ?? 0) + longest[0].length).replace(/^:/, "");
  return `${before}::${after}/${prefix.length}`;
}
