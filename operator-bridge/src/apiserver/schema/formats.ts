// SPDX-License-Identifier: Apache-2.0
import { isIP, isIPv4, isIPv6 } from "node:net";

export function isCidr(text: string): boolean {
  const match = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text);
  if (!match) return false;
  const family = isIP(match[1]!);
  return family !== 0 && Number(match[2]) <= (family === 4 ? 32 : 128);
}

const dateTime = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function isUri(text: string): boolean {
  return URL.canParse(text) || text.startsWith("/");
}

// Formats that are not here constrain nothing, as in Kubernetes.
const checks: Record<string, (text: string) => boolean> = {
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  uri: isUri,
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  hostname: (text) => text.length <= 253 && /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.?)+$/i.test(text),
  mac: (text) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  byte: (text) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text),
  date: (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)),
  "date-time": (text) => dateTime.test(text) && !Number.isNaN(Date.parse(text.replace(" ", "T"))),
  datetime: (text) => dateTime.test(text),
  duration: (text) => /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w))+$/.test(text),
};

/** True unless `format` is known and `text` breaks it. */
export const matchesFormat = (format: string, text: string): boolean => checks[format]?.(text) ?? true;
