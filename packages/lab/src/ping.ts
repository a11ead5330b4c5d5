// SPDX-License-Identifier: Apache-2.0

export interface PingOptions {
  readonly count: number;
  /** As small as 0.002 for root. */
  readonly intervalSeconds: number;
}

export interface PingResult {
  readonly sent: number;
  readonly received: number;
}

/**
 * After its last request ping waits for twice the longest round trip so far, or an interval: at a fast rate, for some
 * hundredths of a second, which any host that waits for a CPU exceeds. So requests that nobody counts follow for this long.
 */
const lingerSeconds = 1;
const fastSeconds = 0.1;

export function pingCommand(address: string, { count, intervalSeconds }: PingOptions): string[] {
  const uncounted =
    count > 1 && intervalSeconds < fastSeconds ? Math.ceil(lingerSeconds / intervalSeconds) : 0;
  const rate = ["-c", String(count + uncounted), "-i", String(intervalSeconds)];
  return ["ping", "-n", ...rate, "-W", "1", address];
}

/** What became of the first `count` requests, from what ping printed. */
export function parsePing(output: string, count: number): PingResult {
  const transmitted = Number(/(\d+) packets transmitted/.exec(output)?.[1] ?? 0);
  const answered = new Set([...output.matchAll(/icmp_seq=(\d+) ttl=/g)].map(([, n]) => Number(n)));
  return {
    sent: Math.min(count, transmitted),
    received: [...answered].filter((number) => number <= count).length,
  };
}
