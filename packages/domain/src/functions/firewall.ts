// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import {
  type FirewallConfig,
  type FirewallRule,
  type FlowLogConfig,
  hasPorts,
  maxRules,
  type NewFlowLimit,
  namePattern,
  type PortRange,
  protocols,
} from "../graph.ts";
import type { Issue, IssueCode } from "../issue.ts";
import {
  containsPrefix,
  formatPrefix,
  hasHostBits,
  maskPrefix,
  type Prefix,
  parsePrefix,
} from "../prefix.ts";

export const portRangeSchema = z.strictObject({ first: z.number().int(), last: z.number().int() });
export const protocolSchema = z.enum(protocols);
const actionSchema = z.enum(["allow", "deny"]);
const logSchema = z.strictObject({ oneIn: z.number().int() });

const firewallRuleSchema = z.strictObject({
  name: z.string(),
  action: actionSchema,
  source: z.string().optional(),
  destination: z.string().optional(),
  protocol: protocolSchema.default("any"),
  sourcePorts: portRangeSchema.optional(),
  destinationPorts: portRangeSchema.optional(),
  log: logSchema.optional(),
});
export const firewallConfigSchema = z.strictObject({
  rules: z.array(firewallRuleSchema),
  defaultAction: actionSchema.default("deny"),
  newFlows: z.strictObject({ perSecond: z.number().int(), burst: z.number().int().optional() }).optional(),
  log: logSchema.optional(),
});

/** Adds a problem; an error unless `extra` says otherwise. */
export type Report = (code: IssueCode, path: string, message: string, extra?: Partial<Issue>) => void;

const anyPort: PortRange = { first: 0, last: 65535 };

/** Checks a port range and reports what is wrong with it. */
export function checkPorts(ports: PortRange | undefined, path: string, report: Report): void {
  if (!ports) return;
  const { first, last } = ports;
  const valid = first >= 1 && last <= 65535 && first <= last;
  if (!valid)
    report("NF203", path, `Ports ${first}-${last}: write a range within 1-65535, the lower port first.`);
}

/** Checks a prefix and reports what is wrong with it; returns it when usable. */
export function checkPrefix(text: string | undefined, path: string, report: Report): Prefix | undefined {
  if (text === undefined) return undefined;
  const prefix = parsePrefix(text);
  if (!prefix) {
    report(
      "NF202",
      path,
      `"${text}" is not an IPv4 or IPv6 prefix; write one such as 10.0.1.0/24 or 2001:db8::/32.`,
    );
    return undefined;
  }
  if (hasHostBits(prefix)) {
    const meant = formatPrefix(maskPrefix(prefix));
    report("NF211", path, `"${text}" has bits set beyond its length and is read as ${meant}.`, {
      severity: "warning",
    });
  }
  return prefix;
}

function checkRule(rule: FirewallRule, path: string, report: Report): void {
  if (!namePattern.test(rule.name)) {
    report("NF206", `${path}.name`, `"${rule.name}": use lower-case letters, digits and dashes, at most 63.`);
  }
  const source = checkPrefix(rule.source, `${path}.source`, report);
  const destination = checkPrefix(rule.destination, `${path}.destination`, report);
  if (source && destination && source.family !== destination.family) {
    report("NF209", path, "Source and destination must both be IPv4 or both be IPv6.");
  }
  checkPorts(rule.sourcePorts, `${path}.sourcePorts`, report);
  checkPorts(rule.destinationPorts, `${path}.destinationPorts`, report);
  checkLog(rule.log, `${path}.`, report);
  if ((rule.sourcePorts || rule.destinationPorts) && !hasPorts(rule.protocol)) {
    report(
      "NF207",
      `${path}.protocol`,
      `Ports have no meaning for protocol "${rule.protocol}"; choose TCP, UDP or SCTP.`,
    );
  }
}

const coversText = (outer: string | undefined, inner: string | undefined): boolean => {
  if (outer === undefined) return true;
  const [a, b] = [parsePrefix(outer), inner === undefined ? undefined : parsePrefix(inner)];
  return a !== undefined && b !== undefined && containsPrefix(a, b);
};
const coversPorts = (outer: PortRange | undefined, inner: PortRange | undefined): boolean => {
  if (!outer) return true;
  const range = inner ?? anyPort;
  return outer.first <= range.first && outer.last >= range.last;
};

/** True when every packet that `inner` matches is matched by `outer` too. */
export const coversRule = (outer: FirewallRule, inner: FirewallRule): boolean =>
  (outer.protocol === "any" || outer.protocol === inner.protocol) &&
  coversText(outer.source, inner.source) &&
  coversText(outer.destination, inner.destination) &&
  coversPorts(outer.sourcePorts, inner.sourcePorts) &&
  coversPorts(outer.destinationPorts, inner.destinationPorts);

/** Pairwise shadow search is quadratic, so it stops helping people before it would cost them. */
const maxRulesForShadows = 500;

function checkShadows(rules: readonly FirewallRule[], report: Report): void {
  if (rules.length > maxRulesForShadows) return;
  rules.forEach((rule, i) => {
    const shadow = rules.slice(0, i).find((earlier) => coversRule(earlier, rule));
    if (!shadow) return;
    const message = `Rule "${rule.name}" never matches: "${shadow.name}" above it takes all of its packets.`;
    report("NF208", `rules[${i}]`, message, { severity: "warning", rule: rule.name });
  });
}

function checkNames(rules: readonly FirewallRule[], report: Report): void {
  const seen = new Set<string>();
  rules.forEach((rule, i) => {
    if (seen.has(rule.name)) {
      report("NF204", `rules[${i}].name`, `Two rules are called "${rule.name}"; rename one.`, {
        rule: rule.name,
      });
    }
    seen.add(rule.name);
  });
}

const newFlowsMax = 10_000_000;

function checkNewFlows(limit: NewFlowLimit | undefined, report: Report): void {
  for (const field of ["perSecond", "burst"] as const) {
    const value = limit?.[field];
    if (value !== undefined && (value < 1 || value > newFlowsMax))
      report("NF214", `newFlows.${field}`, `${value}: write 1 to ${newFlowsMax} new flows.`);
  }
}

const logOneInMax = 1_000_000;

function checkLog(log: FlowLogConfig | undefined, path: string, report: Report): void {
  if (log !== undefined && (log.oneIn < 1 || log.oneIn > logOneInMax))
    report("NF215", `${path}log.oneIn`, `${log.oneIn}: log one in 1 to ${logOneInMax} new flows.`);
}

/** All that is wrong with a firewall's configuration; paths are relative to it. */
export function validateFirewall(config: unknown): Issue[] {
  const issues: Issue[] = [];
  const report: Report = (code, path, message, extra) => {
    issues.push({ code, severity: "error", message, path, ...extra });
  };
  const parsed = firewallConfigSchema.safeParse(config);
  if (!parsed.success) {
    for (const i of parsed.error.issues) report("NF201", formatPath(i.path), i.message);
    return issues;
  }
  const { rules, defaultAction, newFlows, log } = parsed.data as FirewallConfig;
  if (rules.length > maxRules)
    report("NF205", "rules", `${rules.length} rules; at most ${maxRules} are possible.`);
  rules.forEach((rule, i) => {
    checkRule(rule, `rules[${i}]`, (code, path, message, extra) =>
      report(code, path, message, { rule: rule.name, ...extra }),
    );
  });
  checkNewFlows(newFlows, report);
  checkLog(log, "", report);
  checkNames(rules, report);
  checkShadows(rules, report);
  if (defaultAction === "deny" && !rules.some((r) => r.action === "allow")) {
    report("NF210", "rules", "No rule allows anything, so this firewall drops every packet.", {
      severity: "warning",
    });
  }
  return issues;
}

/** ["rules", 2, "source"] -> "rules[2].source". */
export function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}
