// SPDX-License-Identifier: Apache-2.0
"use client";
import { Field, Select } from "../_kit/field.tsx";

interface EnterFieldProps {
  chain: string | undefined;
  /** Those there are. */
  chains: readonly string[];
  error: string | undefined;
  readOnly: boolean;
  onChange: (chain: string | undefined) => void;
}

/** Where a class's packets go on: on this chain, or in another one. */
export function EnterField({ chain, chains, error, readOnly, onChange }: EnterFieldProps) {
  // One that is gone stays to be seen, with what is wrong about it.
  const options = chain === undefined || chains.includes(chain) ? chains : [chain, ...chains];
  return (
    <Field label="Goes on in" error={error}>
      {(ids) => (
        <Select
          {...ids}
          wrong={error !== undefined}
          disabled={readOnly}
          value={chain ?? ""}
          onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
        >
          <option value="">this chain</option>
          {options.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
