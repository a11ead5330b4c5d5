// SPDX-License-Identifier: Apache-2.0
import { type EdgeMatch, formatPorts } from "@nfaas/domain";

/** "tcp 80 · from 10.0.1.0/24": which packets an edge takes, for its label; empty = all. */
export function matchText(match: EdgeMatch | undefined): string {
  if (!match) return "";
  const protocol = [match.protocol ?? "", formatPorts(match.destinationPorts)].filter(Boolean).join(" ");
  const parts = [
    protocol,
    match.sources?.length ? `from ${match.sources.join(", ")}` : "",
    match.destinations?.length ? `to ${match.destinations.join(", ")}` : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
