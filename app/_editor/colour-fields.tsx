// SPDX-License-Identifier: Apache-2.0
"use client";
import { type Colour, type ColourAction, colours, defaultActions, type TrafficClass } from "@nfaas/domain";
import { Field, Select } from "../_kit/field.tsx";
import type { ProblemOf } from "./class-issues.ts";
import { NumberField } from "./number-field.tsx";

type Actions = NonNullable<TrafficClass["actions"]>;

interface ColourFieldsProps {
  actions: Actions | undefined;
  readOnly: boolean;
  problem: ProblemOf;
  onChange: (actions: Actions, field: string) => void;
}

/** What becomes of green, yellow and red packets. */
export function ColourFields({ actions, readOnly, problem, onChange }: ColourFieldsProps) {
  const set = (colour: Colour, action: ColourAction) =>
    onChange({ ...actions, [colour]: action }, `actions.${colour}`);
  return colours.map((colour) => {
    const action = actions?.[colour] ?? defaultActions[colour];
    return (
      <div key={colour} className="flex gap-2">
        <div className="flex-1">
          <Field label={titles[colour]}>
            {(ids) => (
              <Select
                {...ids}
                disabled={readOnly}
                value={typeof action === "object" ? "mark" : action}
                onChange={(event) => set(colour, actionOf(event.target.value))}
              >
                <option value="pass">Pass</option>
                <option value="mark">Mark</option>
                <option value="drop">Drop</option>
              </Select>
            )}
          </Field>
        </div>
        {typeof action === "object" && (
          <div className="w-16">
            <NumberField
              label="DSCP"
              value={action.mark}
              error={problem(`actions.${colour}.mark`)}
              readOnly={readOnly}
              onChange={(mark) => mark !== undefined && set(colour, { mark })}
            />
          </div>
        )}
      </div>
    );
  });
}

const titles: Readonly<Record<Colour, string>> = {
  green: "Green packets",
  yellow: "Yellow packets",
  red: "Red packets",
};

const actionOf = (value: string): ColourAction =>
  value === "mark" ? { mark: 0 } : value === "drop" ? "drop" : "pass";
