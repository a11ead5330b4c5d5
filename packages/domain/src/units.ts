// SPDX-License-Identifier: Apache-2.0
// Figures as people read them. SI prefixes (powers of 1000, as networks are measured), three significant digits, and a
// text for "not known" so that no caller prints NaN.

const prefixes = ["", "k", "M", "G", "T", "P"];
const unknown = "–";

/** "941 Mbit/s". The argument is bits per second. */
export const formatBitRate = (bitsPerSecond: number | null | undefined): string =>
  withPrefix(bitsPerSecond, "bit/s");

/** "1.49 Mpkt/s". The argument is packets per second. */
export const formatPacketRate = (packetsPerSecond: number | null | undefined): string =>
  withPrefix(packetsPerSecond, "pkt/s");

/** "12.4 k": a count without a unit. */
export const formatCount = (count: number | null | undefined): string => withPrefix(count, "").trimEnd();

/** "1.20 GB". */
export const formatBytes = (bytes: number | null | undefined): string => withPrefix(bytes, "B");

/** A share of one core as "37 %"; the argument is CPU seconds per second. */
export function formatCpu(coreShare: number | null | undefined): string {
  if (!isKnown(coreShare)) return unknown;
  const percent = coreShare * 100;
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** "850 ms", "1.2 s", "3 min", "2 h", "4 d": one unit, enough to judge by. The argument is milliseconds. */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (!isKnown(milliseconds)) return unknown;
  const value = Math.max(0, milliseconds);
  if (value < 1000) return `${Math.round(value)} ms`;
  const seconds = value / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** "850 ns", "33 µs", "2.1 ms": how long a packet took. The argument is nanoseconds. */
export function formatNanoseconds(nanoseconds: number | null | undefined): string {
  if (!isKnown(nanoseconds)) return unknown;
  if (nanoseconds < 1000) return `${Math.round(nanoseconds)} ns`;
  const [value, unit] = nanoseconds < 1e6 ? [nanoseconds / 1e3, "µs"] : [nanoseconds / 1e6, "ms"];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** "just now", "12 s ago", "3 min ago": how long a moment lies back. Both arguments are Unix milliseconds. */
export function formatAge(time: number, now: number): string {
  const age = now - time;
  return age < 1000
    ? "just now"
    : `${formatDuration(Math.floor(age / 1000) * 1000).replace(/\.0 s$/, " s")} ago`;
}

function withPrefix(value: number | null | undefined, unit: string): string {
  if (!isKnown(value)) return unknown;
  const size = Math.abs(value);
  let power = 0;
  let scaled = size;
  // 999.5 would be printed as "1000": it belongs to the next prefix.
  while (scaled >= 999.5 && power < prefixes.length - 1) {
    scaled /= 1000;
    power++;
  }
  return `${value < 0 ? "-" : ""}${threeDigits(scaled, power)} ${prefixes[power]}${unit}`;
}

function threeDigits(scaled: number, power: number): string {
  if (scaled === 0) return "0";
  if (power === 0)
    return scaled < 9.95 && !Number.isInteger(scaled) ? scaled.toFixed(1) : String(Math.round(scaled));
  if (scaled < 9.995) return scaled.toFixed(2);
  if (scaled < 99.95) return scaled.toFixed(1);
  return String(Math.round(scaled));
}

function isKnown(value: number | null | undefined): value is number {
  return typeof value === "number" && Number.isFinite(value);
}
