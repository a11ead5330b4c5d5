// SPDX-License-Identifier: Apache-2.0
"use client";
import { asClasses, freeName, type TrafficClass, withOptional } from "@nfaas/domain";
import { ClassCards } from "./class-card.tsx";
import { problemsOfClass } from "./class-issues.ts";
import { ColourFields } from "./colour-fields.tsx";
import type { FunctionPanelProps } from "./function-panels.ts";
import { MatchFields } from "./match-fields.tsx";
import { MeterFields } from "./meter-fields.tsx";

const newMeter: TrafficClass["meter"] = {
  kind: "single-rate",
  committedBitsPerSecond: 10_000_000,
  committedBurstBytes: 125_000,
  excessBurstBytes: 0,
};

export function RateLimiterPanel({ node, issues, readOnly, onChange, onSeal }: FunctionPanelProps) {
  const classes = asClasses<TrafficClass>(node.config, "name").map((of) => ({
    ...of,
    meter: of.meter ?? newMeter,
  }));
  const names = classes.map((of) => of.name);
  return (
    <ClassCards<TrafficClass>
      classes={classes}
      label={`Traffic classes of ${node.name}`}
      readOnly={readOnly}
      nameOf={(of) => of.name}
      rename={(of, name) => ({ ...of, name })}
      nameProblem={(index) => problemsOfClass(issues, node.name, index)("name")}
      create={() => ({ name: freeName("class-1", names), meter: newMeter })}
      onChange={(next, field) => onChange({ classes: next }, field)}
      onSeal={onSeal}
      note="The first class that matches meters a packet, each direction on its own; what none takes passes unmetered. Every replica grants the rate."
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
            <MeterFields
              meter={of.meter}
              readOnly={readOnly}
              problem={problem}
              onChange={(meter, field) => set({ ...of, meter }, field)}
            />
            <ColourFields
              actions={of.actions}
              readOnly={readOnly}
              problem={problem}
              onChange={(actions, field) => set({ ...of, actions }, field)}
            />
          </>
        );
      }}
    </ClassCards>
  );
}
