// SPDX-License-Identifier: Apache-2.0
"use client";
import type { MirrorConfig } from "@nfaas/domain";
import type { FunctionPanelProps } from "./function-panels.ts";
import { NumberField } from "./number-field.tsx";

const asConfig = (config: unknown): MirrorConfig =>
  typeof config === "object" && config !== null ? (config as MirrorConfig) : {};

/** How much of what a mirror copies; where copies go is an edge's. */
export function MirrorPanel({ node, issues, readOnly, onChange }: FunctionPanelProps) {
  const config = asConfig(node.config);
  const problem = (field: keyof MirrorConfig) =>
    issues.find((i) => i.node === node.name && i.path.endsWith(`.config.${field}`))?.message;
  const set = (field: keyof MirrorConfig, value: number | undefined) => {
    const { [field]: _, ...rest } = config;
    onChange(value === undefined ? rest : { ...rest, [field]: value }, field);
  };
  return (
    <div className="flex flex-col gap-3 p-3">
      <p className="text-ink-muted text-xs">
        Draw an edge from its output “copy” to a tap; the edge’s match says which flows are copied. A copy for
        which there is no room is dropped, the original never.
      </p>
      <div className="flex flex-wrap gap-3">
        <div className="w-44">
          <NumberField
            label="Share of flows (%)"
            placeholder="100"
            value={config.percent}
            error={problem("percent")}
            readOnly={readOnly}
            onChange={(percent) => set("percent", percent)}
          />
        </div>
        <div className="w-44">
          <NumberField
            label="Bytes of each packet"
            placeholder="all"
            value={config.snapLength}
            error={problem("snapLength")}
            readOnly={readOnly}
            onChange={(snapLength) => set("snapLength", snapLength)}
          />
        </div>
      </div>
    </div>
  );
}
