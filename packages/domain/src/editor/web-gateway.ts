// SPDX-License-Identifier: Apache-2.0
// Editing a web gateway's settings.
import type { WebGatewayConfig } from "../functions/web-gateway.ts";
import type { PortRange } from "../graph.ts";
import { formatPorts, parsePorts } from "./rules.ts";

/** Reads a node's config as a web gateway's; of what has another shape, nothing. */
export function asWebGatewayConfig(config: unknown): WebGatewayConfig {
  const { lists, ...rest } = (config ?? {}) as Partial<WebGatewayConfig>;
  const good = Array.isArray(lists)
    ? lists.filter((list) => typeof list?.name === "string" && Array.isArray(list.domains))
    : [];
  return { ...rest, lists: good };
}

export const formatPortRanges = (ranges: readonly PortRange[]): string[] =>
  ranges.map((range) => formatPorts(range));

/** What is no range becomes port 0, which validation tells of. */
export const parsePortRanges = (items: readonly string[]): PortRange[] =>
  items.map((item) => parsePorts(item) ?? { first: 0, last: 0 });
