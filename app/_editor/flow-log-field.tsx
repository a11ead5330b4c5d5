// SPDX-License-Identifier: Apache-2.0
"use client";
import type { FlowLogConfig, Issue } from "@nfaas/domain";
import { NumberField } from "./number-field.tsx";

interface FlowLogFieldProps {
  node: string;
  log: FlowLogConfig | undefined;
  issues: readonly Issue[];
  readOnly: boolean;
  /** undefined = no log. */
  onChange: (log: FlowLogConfig | undefined) => void;
}

/** How many of a firewall's decisions on new flows are told; blank = none. */
export function FlowLogField({ node, log, issues, readOnly, onChange }: FlowLogFieldProps) {
  const problem = issues.find((i) => i.node === node && i.path.endsWith(".config.log.oneIn"))?.message;
  return (
    <div className="w-44 px-3 pt-3">
      <NumberField
        label="Log one new flow in"
        placeholder="no log"
        value={log?.oneIn}
        error={problem}
        readOnly={readOnly}
        onChange={(oneIn) => onChange(oneIn === undefined ? undefined : { oneIn })}
      />
    </div>
  );
}
