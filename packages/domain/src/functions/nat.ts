// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { Issue } from "../issue.ts";
import { containsPrefix, hasHostBits, maskPrefix, type Prefix, parsePrefix } from "../prefix.ts";
import { parseConfig } from "./classes.ts";
import type { Report } from "./firewall.ts";

export interface NatConfig {
  /** IPv4 prefixes whose addresses the inside is seen with; at most 64 addresses in all. */
  publicPrefixes: string[];
  /** What comes to a mapping passes, whoever sends it; absent = only answers do. */
  acceptAnyRemote?: boolean;
  /** How long a replica leaves a block of ports alone that was another's, 1..86400; absent = 120. */
  quarantineSeconds?: number;
}

export const natConfigSchema = z.strictObject({
  publicPrefixes: z.array(z.string()),
  acceptAnyRemote: z.boolean().optional(),
  quarantineSeconds: z.number().int().optional(),
});

/** The data plane's limit of public addresses of one node. */
const maxAddresses = 64;
const maxQuarantineSeconds = 86_400;

function checkPublicPrefix(text: string, path: string, report: Report): Prefix | undefined {
  const prefix = parsePrefix(text);
  if (prefix?.family !== 4) {
    report("NF503", path, `"${text}" is not an IPv4 prefix: write one like 192.0.2.8/30.`);
    return undefined;
  }
  if (hasHostBits(prefix)) {
    report(
      "NF503",
      path,
      `"${text}" has host bits set: it begins at ${maskPrefix(prefix).address.join(".")}.`,
    );
    return undefined;
  }
  return prefix;
}

const overlap = (a: Prefix, b: Prefix): boolean => containsPrefix(a, b) || containsPrefix(b, a);

function checkPool(texts: readonly string[], report: Report): void {
  const seen: Prefix[] = [];
  texts.forEach((text, i) => {
    const path = `publicPrefixes[${i}]`;
    const prefix = checkPublicPrefix(text, path, report);
    if (!prefix) return;
    if (seen.some((other) => overlap(other, prefix)))
      report("NF505", path, `"${text}" has addresses that another prefix has too.`);
    seen.push(prefix);
  });
  const addresses = seen.reduce((sum, { length }) => sum + 2 ** (32 - length), 0);
  if (addresses > maxAddresses)
    report("NF504", "publicPrefixes", `${addresses} public addresses; at most ${maxAddresses} are possible.`);
}

/** All that is wrong with a NAT's configuration; paths are relative to it. */
export function validateNat(input: unknown): Issue[] {
  const { config, issues, report } = parseConfig<NatConfig>(natConfigSchema, input, "NF501");
  if (!config) return issues;
  if (config.publicPrefixes.length === 0)
    report("NF502", "publicPrefixes", "A NAT needs a public address, such as 192.0.2.8/30.");
  checkPool(config.publicPrefixes, report);
  const { quarantineSeconds } = config;
  if (quarantineSeconds !== undefined && (quarantineSeconds < 1 || quarantineSeconds > maxQuarantineSeconds))
    report("NF506", "quarantineSeconds", `${quarantineSeconds} s: write 1 to ${maxQuarantineSeconds}.`);
  return issues;
}

/** A NAT's public prefixes, also of a configuration that is not valid yet. */
export function natPublicPrefixes(config: unknown): string[] {
  const prefixes = (config as Partial<NatConfig> | null | undefined)?.publicPrefixes;
  return Array.isArray(prefixes) ? prefixes.filter((p) => typeof p === "string") : [];
}
