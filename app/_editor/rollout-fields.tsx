// SPDX-License-Identifier: Apache-2.0
"use client";
import { defaultKeepFlowsSeconds, maxKeepFlowsSeconds, type Rollout } from "@nfaas/domain";
import { useState } from "react";
import { Field, Input, Select } from "../_kit/field.tsx";
import { isKeepTime, readKeepTime } from "./keep-time.ts";

interface RolloutFieldsProps {
  rollout: Rollout;
  onChange: (rollout: Rollout) => void;
  /** Told whether what is written can be published. */
  onValid: (valid: boolean) => void;
}

const range = `Write whole seconds, 1 to ${maxKeepFlowsSeconds.toLocaleString("en")}.`;

/** What becomes of this revision's flows when a newer one takes over. */
export function RolloutFields({ rollout, onChange, onValid }: RolloutFieldsProps) {
  const keeps = rollout.drain === "flows";
  const [typed, setTyped] = useState(String(rollout.keepFlowsSeconds ?? ""));
  const wrong = keeps && !isKeepTime(typed);
  const choose = (drain: "packets" | "flows") => {
    onChange({ ...rollout, drain });
    onValid(drain === "packets" || isKeepTime(typed));
  };
  const write = (text: string) => {
    setTyped(text);
    onValid(isKeepTime(text));
    if (!isKeepTime(text)) return;
    const { keepFlowsSeconds: _, ...rest } = rollout;
    const seconds = readKeepTime(text);
    onChange(seconds === undefined ? rest : { ...rest, keepFlowsSeconds: seconds });
  };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_9rem] gap-3">
      <Field
        label="When a newer revision takes over"
        hint={
          keeps
            ? "Established flows stay on this revision; new ones take the newer."
            : "All flows move to it at once; no packet is lost."
        }
      >
        {(ids) => (
          <Select
            {...ids}
            value={keeps ? "flows" : "packets"}
            onChange={(event) => choose(event.target.value === "flows" ? "flows" : "packets")}
          >
            <option value="packets">move all flows at once</option>
            <option value="flows">let established flows end here</option>
          </Select>
        )}
      </Field>
      {keeps && (
        <Field label="At most (seconds)" error={wrong ? range : null}>
          {(ids) => (
            <Input
              {...ids}
              className="font-mono"
              inputMode="numeric"
              placeholder={String(defaultKeepFlowsSeconds)}
              wrong={wrong}
              value={typed}
              onChange={(event) => write(event.target.value)}
            />
          )}
        </Field>
      )}
    </div>
  );
}
