// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { Issue } from "../issue.ts";
import { containsPrefix, hasHostBits, maskPrefix, type Prefix, parsePrefix } from "../prefix.ts";
import { parseConfig } from "./classes.ts";
import type { Report } from "./firewall.ts";

/** Two IPv6 prefixes of one length, at most /64: addresses of one become those of the other (NPTv6, RFC 6296). */
export interface PrefixTranslation {
  internal: string;
  external: string;
}

export interface NatConfig {
  /** IPv4 prefixes whose addresses the inside is seen with; at most 64 addresses in all. None: IPv4 is not carried. */
  publicPrefixes: string[];
  /** At most 16; absent: IPv6 is not carried. */
  prefixTranslations?: PrefixTranslation[];
  /** What comes to a mapping passes, whoever sends it; absent = only answers do. */
  acceptAnyRemote?: boolean;
  /** How long a replica leaves a block of ports alone that was another's, 1..86400; absent = 120. */
  quarantineSeconds?: number;
}

export const natConfigSchema = z.strictObject({
  publicPrefixes: z.array(z.string()),
  prefixTranslations: z.array(z.strictObject({ internal: z.string(), external: z.string() })).optional(),
  acceptAnyRemote: z.boolean().optional(),
  quarantineSeconds: z.number().int().optional(),
});

/** The data plane's limit of public addresses of one node. */
const maxAddresses = 64;
const maxTranslations = 16;
/** Behind that is the interface identifier. */
const maxTranslatedLength = 64;
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

function checkTranslated(text: string, path: string, seen: Prefix[], report: Report): Prefix | undefined {
  const prefix = parsePrefix(text);
  if (
    prefix?.family !== 6 ||
    prefix.length < 1 ||
    prefix.length > maxTranslatedLength ||
    hasHostBits(prefix)
  ) {
    const hint = `write an IPv6 prefix of at most /${maxTranslatedLength} without host bits, like fd00:1::/48.`;
    report("NF507", path, `"${text}" can't be translated: ${hint}`);
    return undefined;
  }
  if (seen.some((other) => overlap(other, prefix)))
    report("NF509", path, `"${text}" has addresses that another prefix of its side has too.`);
  seen.push(prefix);
  return prefix;
}

function checkTranslations(translations: readonly PrefixTranslation[], report: Report): void {
  const seen: Record<keyof PrefixTranslation, Prefix[]> = { internal: [], external: [] };
  translations.forEach(({ internal, external }, i) => {
    const path = `prefixTranslations[${i}]`;
    const from = checkTranslated(internal, `${path}.internal`, seen.internal, report);
    const to = checkTranslated(external, `${path}.external`, seen.external, report);
    if (from && to && from.length !== to.length)
      report("NF508", path, `"${internal}" and "${external}" are not of one length.`);
  });
  if (translations.length > maxTranslations)
    report(
      "NF504",
      "prefixTranslations",
      `${translations.length} prefixes; at most ${maxTranslations} are possible.`,
    );
}

/** All that is wrong with a NAT's configuration; paths are relative to it. */
export function validateNat(input: unknown): Issue[] {
  const { config, issues, report } = parseConfig<NatConfig>(natConfigSchema, input, "NF501");
  if (!config) return issues;
  const translations = config.prefixTranslations ?? [];
  if (config.publicPrefixes.length === 0 && translations.length === 0)
    report(
      "NF502",
      "publicPrefixes",
      "A NAT needs a public address, such as 192.0.2.8/30, or a prefix to translate.",
    );
  checkPool(config.publicPrefixes, report);
  checkTranslations(translations, report);
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

/** As people write them: "fd00:1::/48=2001:db8:1::/48", the internal prefix first. What has no "=" has no external one yet. */
export function parseTranslation(text: string): PrefixTranslation {
  const [internal = "", external = ""] = text.split("=");
  return { internal, external };
}

export const formatTranslation = ({ internal, external }: PrefixTranslation): string =>
  `${internal}=${external}`;

/** A NAT's translated prefixes, also of a configuration that is not valid yet. */
export function natTranslations(config: unknown): PrefixTranslation[] {
  const translations: unknown = (config as Partial<NatConfig> | null | undefined)?.prefixTranslations;
  if (!Array.isArray(translations)) return [];
  return translations.filter(
    (t: Partial<PrefixTranslation> | null) =>
      typeof t?.internal === "string" && typeof t.external === "string",
  );
}
