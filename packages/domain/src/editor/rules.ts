// SPDX-License-Identifier: Apache-2.0
// Editing a firewall's list of rules, and the text form of ports.
import { type FirewallConfig, type FirewallRule, hasPorts, type PortRange } from "../graph.ts";
import { freeName } from "./naming.ts";

/** Reads a node's config as a firewall's; what is missing or of another shape becomes an empty list or "deny". */
export function asFirewallConfig(config: unknown): FirewallConfig {
  const value = (typeof config === "object" && config !== null ? config : {}) as Partial<FirewallConfig>;
  return {
    rules: Array.isArray(value.rules) ? value.rules : [],
    defaultAction: value.defaultAction === "allow" ? "allow" : "deny",
    ...(typeof value.newFlows?.perSecond === "number" && { newFlows: value.newFlows }),
    ...(typeof value.log?.oneIn === "number" && { log: value.log }),
  };
}

export function addRule(config: FirewallConfig, rule: Partial<FirewallRule> = {}): FirewallConfig {
  const name = freeName(
    rule.name ?? "rule-1",
    config.rules.map((other) => other.name),
  );
  return { ...config, rules: [...config.rules, { action: "allow", protocol: "any", ...rule, name }] };
}

/** Changes fields of the rule at an index; a field set to undefined is removed, so that it matches everything. */
export function updateRule(
  config: FirewallConfig,
  index: number,
  change: Partial<FirewallRule>,
): FirewallConfig {
  const rules = config.rules.map((rule, at) => (at === index ? withoutAbsent({ ...rule, ...change }) : rule));
  return { ...config, rules };
}

export function removeRule(config: FirewallConfig, index: number): FirewallConfig {
  return { ...config, rules: config.rules.filter((_, at) => at !== index) };
}

/** Puts the rule at `from` where `to` is; out-of-range places leave the list as it is. */
export function moveRule(config: FirewallConfig, from: number, to: number): FirewallConfig {
  const rule = config.rules[from];
  if (!rule || from === to || to < 0 || to >= config.rules.length) return config;
  const rules = config.rules.filter((_, at) => at !== from);
  rules.splice(to, 0, rule);
  return { ...config, rules };
}

/** Ports mean nothing to a protocol without them: they go when the protocol changes to such a one. */
export function withProtocol(protocol: FirewallRule["protocol"]): Partial<FirewallRule> {
  if (hasPorts(protocol)) return { protocol };
  return { protocol, sourcePorts: undefined, destinationPorts: undefined };
}

export function formatPorts(ports: PortRange | undefined): string {
  if (!ports) return "";
  return ports.first === ports.last ? String(ports.first) : `${ports.first}-${ports.last}`;
}

/** "80" or "8000-8100"; blank = every port (undefined); null = neither: ports are 1..65535, first <= last. */
export function parsePorts(text: string): PortRange | undefined | null {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const found = /^(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?$/.exec(trimmed);
  if (!found) return null;
  const first = Number(found[1]);
  const last = Number(found[2] ?? found[1]);
  return first >= 1 && first <= last && last <= 65535 ? { first, last } : null;
}

function withoutAbsent(rule: FirewallRule): FirewallRule {
  return Object.fromEntries(
    Object.entries(rule).filter(([, value]) => value !== undefined),
  ) as unknown as FirewallRule;
}
