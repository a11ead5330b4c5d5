// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { type Action, namePattern, type PortRange } from "../graph.ts";
import type { Issue } from "../issue.ts";
import { parseConfig } from "./classes.ts";
import { portRangeSchema, type Report } from "./firewall.ts";

export interface DomainListConfig {
  /** For people; unique in the node. */
  name: string;
  action: Action;
  /** "example.com" is that name alone, "*.example.com" all below it. The most specific of all lists decides. */
  domains: string[];
}

export interface WebGatewayConfig {
  lists: DomainListConfig[];
  /** Names that no list has; absent = allow. */
  unlisted?: Action;
  /** Flows whose name is hidden, when no edge hangs on "unknown"; absent = deny. */
  hidden?: Action;
  /** What counts when a ClientHello has an encrypted inner one (ECH); absent = outer-name. */
  encryptedHello?: "outer-name" | "hidden";
  /** Ports of servers, TCP and UDP, that are web; absent = 80 and 443. */
  ports?: PortRange[];
}

export const webGatewayOutputs = ["allowed", "denied", "unknown"] as const;

const actionSchema = z.enum(["allow", "deny"]);

export const webGatewayConfigSchema = z.strictObject({
  lists: z.array(z.strictObject({ name: z.string(), action: actionSchema, domains: z.array(z.string()) })),
  unlisted: actionSchema.optional(),
  hidden: actionSchema.optional(),
  encryptedHello: z.enum(["outer-name", "hidden"]).optional(),
  ports: z.array(portRangeSchema).optional(),
});

/** What fits into a chain's Kubernetes objects, which hold 1.5 MB. The data plane takes a million. */
const maxDomains = 20_000;
const maxLists = 64;
const maxPorts = 64;
/** A list of a thousand mistakes helps nobody. */
const maxDomainIssues = 20;

const label = /^[a-z0-9_-]{1,63}$/;

/** As the data plane takes it: lower case, no dot at the end; undefined when it is no domain name or wildcard. */
export function normalizeDomain(text: string): string | undefined {
  const domain = text.trim().toLowerCase().replace(/\.$/, "");
  const name = domain.replace(/^\*\./, "");
  return name.length <= 253 && name.split(".").every((part) => label.test(part)) ? domain : undefined;
}

function checkDomains(lists: readonly DomainListConfig[], report: Report): void {
  let wrong = 0;
  lists.forEach(({ domains }, l) => {
    domains.forEach((domain, d) => {
      if (normalizeDomain(domain) !== undefined || ++wrong > maxDomainIssues) return;
      const message = `"${domain}" is no domain name; write one such as example.com or *.example.com, names in other scripts in their xn-- form.`;
      report("NF605", `lists[${l}].domains[${d}]`, message);
    });
  });
}

/** A name with both actions is denied: said once for each. */
function checkContradictions(lists: readonly DomainListConfig[], report: Report): void {
  const of = (action: Action) =>
    new Set(lists.filter((l) => l.action === action).flatMap((l) => l.domains.map(normalizeDomain)));
  const [allowed, denied] = [of("allow"), of("deny")];
  const both = [...denied].filter((domain) => domain !== undefined && allowed.has(domain));
  for (const domain of both.slice(0, maxDomainIssues))
    report("NF606", "lists", `"${domain}" is both allowed and denied: it is denied.`, {
      severity: "warning",
    });
}

function checkLists(lists: readonly DomainListConfig[], report: Report): void {
  const total = lists.reduce((sum, { domains }) => sum + domains.length, 0);
  if (lists.length > maxLists)
    report("NF604", "lists", `${lists.length} lists; at most ${maxLists} are possible.`);
  if (total > maxDomains)
    report("NF604", "lists", `${total} domains; at most ${maxDomains} are possible in one node.`);
  const seen = new Set<string>();
  lists.forEach(({ name }, i) => {
    if (!namePattern.test(name))
      report(
        "NF602",
        `lists[${i}].name`,
        `"${name}": use lower-case letters, digits and dashes, at most 63.`,
      );
    if (seen.has(name)) report("NF603", `lists[${i}].name`, `Two lists are called "${name}"; rename one.`);
    seen.add(name);
  });
}

function checkWebPorts(ports: readonly PortRange[] | undefined, report: Report): void {
  if (ports?.length === 0 || (ports?.length ?? 0) > maxPorts)
    report("NF607", "ports", `${ports?.length} ranges of ports; write 1 to ${maxPorts}.`);
  ports?.forEach(({ first, last }, i) => {
    if (first < 1 || last > 65535 || first > last)
      report(
        "NF607",
        `ports[${i}]`,
        `Ports ${first}-${last}: write a range within 1-65535, the lower port first.`,
      );
  });
}

/** All that is wrong with a web gateway's configuration; paths are relative to it. */
export function validateWebGateway(input: unknown): Issue[] {
  const { config, issues, report } = parseConfig<WebGatewayConfig>(webGatewayConfigSchema, input, "NF601");
  if (!config) return issues;
  checkLists(config.lists, report);
  checkDomains(config.lists, report);
  checkContradictions(config.lists, report);
  checkWebPorts(config.ports, report);
  if (config.unlisted === "deny" && !config.lists.some((l) => l.action === "allow" && l.domains.length > 0))
    report("NF608", "unlisted", "No list allows anything, so every site is denied.", { severity: "warning" });
  return issues;
}
