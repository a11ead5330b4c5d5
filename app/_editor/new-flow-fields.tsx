// SPDX-License-Identifier: Apache-2.0
"use client";
import type { Issue, NewFlowLimit } from "@nfaas/domain";
import { NumberField } from "./number-field.tsx";

interface NewFlowFieldsProps {
  node: string;
  limit: NewFlowLimit | undefined;
  issues: readonly Issue[];
  readOnly: boolean;
  /** undefined = no limit. */
  onChange: (limit: NewFlowLimit | undefined, field: string) => void;
}

/** How many new flows a firewall lets in; blank = any number. */
export function NewFlowFields({ node, limit, issues, readOnly, onChange }: NewFlowFieldsProps) {
  const problem = (field: keyof NewFlowLimit) =>
    issues.find((i) => i.node === node && i.path.endsWith(`.config.newFlows.${field}`))?.message;
  return (
    <div className="flex flex-wrap gap-3 px-3 pt-3">
      <div className="w-44">
        <NumberField
          label="New flows a second"
          placeholder="no limit"
          value={limit?.perSecond}
          error={problem("perSecond")}
          readOnly={readOnly}
          onChange={(perSecond) =>
            onChange(perSecond === undefined ? undefined : { ...limit, perSecond }, "newFlows.perSecond")
          }
        />
      </div>
      {limit && (
        <div className="w-44">
          <NumberField
            label="Of them at once"
            placeholder="a second’s worth"
            value={limit.burst}
            error={problem("burst")}
            readOnly={readOnly}
            onChange={(burst) =>
              onChange(
                burst === undefined ? { perSecond: limit.perSecond } : { ...limit, burst },
                "newFlows.burst",
              )
            }
          />
        </div>
      )}
    </div>
  );
}
