// SPDX-License-Identifier: Apache-2.0
"use client";
import { asClasses, type ClassifierClass, freeName, withOptional } from "@nfaas/domain";
import { ClassCards } from "./class-card.tsx";
import { problemsOfClass } from "./class-issues.ts";
import { EnterField } from "./enter-field.tsx";
import type { FunctionPanelProps } from "./function-panels.ts";
import { MatchFields } from "./match-fields.tsx";
import { NumberField } from "./number-field.tsx";

export function ClassifierPanel({ node, issues, chains, readOnly, onChange, onSeal }: FunctionPanelProps) {
  const classes = asClasses<ClassifierClass>(node.config, "output");
  const names = classes.map((of) => of.output);
  return (
    <ClassCards<ClassifierClass>
      classes={classes}
      label={`Classes of ${node.name}`}
      readOnly={readOnly}
      nameOf={(of) => of.output}
      rename={(of, output) => ({ ...of, output })}
      nameProblem={(index) => problemsOfClass(issues, node.name, index)("output")}
      create={() => ({ output: freeName("class-1", names) })}
      onChange={(next, field) => onChange({ classes: next }, field)}
      onSeal={onSeal}
      note="The first class that takes a packet decides. A class is an output: select an edge to hang it on one; edges without an output carry what no class takes. A class may go on in another chain instead; its output is then for when that one carries nothing."
    >
      {(of, index, set) => {
        const problem = problemsOfClass(issues, node.name, index);
        return (
          <>
            <MatchFields
              match={of.match}
              readOnly={readOnly}
              problem={problem}
              onChange={(match, field) => set(withOptional(of, "match", match), field)}
            />
            <NumberField
              label="Share of flows (%)"
              placeholder="100"
              value={of.percent}
              error={problem("percent")}
              readOnly={readOnly}
              onChange={(percent) => set(withOptional(of, "percent", percent), "percent")}
            />
            <EnterField
              chain={of.enter}
              chains={chains}
              error={problem("enter")}
              readOnly={readOnly}
              onChange={(enter) => set(withOptional(of, "enter", enter), "enter")}
            />
          </>
        );
      }}
    </ClassCards>
  );
}
