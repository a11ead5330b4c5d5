// SPDX-License-Identifier: Apache-2.0
import { asFirewallConfig, type ChainNode, functionKinds } from "@nfaas/domain";
import {
  ArrowLeftRight,
  Box,
  BrickWall,
  Copy,
  EthernetPort,
  Gauge,
  Globe,
  type LucideIcon,
  Split,
} from "lucide-react";

const functionIcons: Record<string, LucideIcon> = {
  firewall: BrickWall,
  "rate-limiter": Gauge,
  classifier: Split,
  nat: ArrowLeftRight,
  "web-gateway": Globe,
  mirror: Copy,
};

export const attachmentIcon = EthernetPort;
export const functionIcon = (name: string): LucideIcon =>
  (Object.hasOwn(functionIcons, name) ? functionIcons[name] : undefined) ?? Box;

export const nodeIcon = (node: ChainNode): LucideIcon =>
  node.kind === "attachment" ? attachmentIcon : functionIcon(node.function);

/** The second line of a node: what it is, in a few words. */
export function nodeSummary(node: ChainNode): string {
  if (node.kind === "attachment") return `Attachment ${node.attachment}`;
  if (node.function === "firewall")
    return `Firewall · ${countRules(asFirewallConfig(node.config).rules.length)}`;
  const classes = (node.config as { classes?: unknown } | null | undefined)?.classes;
  const title = functionTitle(node.function);
  return Array.isArray(classes) ? `${title} · ${countClasses(classes.length)}` : title;
}

function functionTitle(name: string): string {
  return (Object.hasOwn(functionKinds, name) ? functionKinds[name]?.displayName : undefined) ?? name;
}

const countClasses = (count: number): string => (count === 1 ? "1 class" : `${count} classes`);
const countRules = (count: number): string => (count === 1 ? "1 rule" : `${count} rules`);
