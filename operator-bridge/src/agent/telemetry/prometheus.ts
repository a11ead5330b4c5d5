// SPDX-License-Identifier: Apache-2.0
// The same figures for Prometheus (text exposition format 0.0.4), in base units. Pure.
import type { LiveSample } from "@nfaas/domain";
import { families } from "./metric-families.ts";
import type { Labels } from "./series.ts";

const escapeLabel = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const line = (name: string, labels: Labels, value: number): string =>
  `${name}{${Object.entries(labels)
    .map(([key, text]) => `${key}="${escapeLabel(text)}"`)
    .join(",")}} ${value}`;

export const renderMetrics = (sample: LiveSample | undefined): string =>
  families
    .flatMap(({ name, type, help, of }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...(sample?.pods ?? []).flatMap((pod) =>
        of(pod).map(([labels, value, suffix = ""]) =>
          line(name + suffix, { node: sample!.node, ...rename(labels) }, value),
        ),
      ),
    ])
    .join("\n")
    .concat("\n");

/** `node` is the machine here; a chain's own node is told apart as chain_node. */
const rename = ({ node, ...labels }: Labels): Labels =>
  node === undefined ? labels : { ...labels, chain_node: node };
