// SPDX-License-Identifier: Apache-2.0
"use client";
import { useState } from "react";
import { Field, Input } from "../_kit/field.tsx";
import { readNumber } from "./read-number.ts";

interface NumberFieldProps {
  label: string;
  value: number | undefined;
  /** Of the unit shown: 1e6 shows bit/s as Mbit/s. */
  scale?: number;
  placeholder?: string;
  error: string | undefined;
  readOnly: boolean;
  /** undefined = the field is blank. */
  onChange: (value: number | undefined) => void;
}

/** A number in a unit people use. What can't be read is marked and never reaches the graph. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, scale = 1, placeholder, error, readOnly, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const unreadable = typed !== null && readNumber(typed, scale) === null;
  const change = (text: string) => {
    setTyped(text);
    const number = readNumber(text, scale);
    if (number !== null) onChange(number);
  };
  return (
    <Field label={label} error={unreadable ? "Write a number." : (error ?? null)}>
      {(ids) => (
        <Input
          {...ids}
          className="font-mono"
          inputMode="decimal"
          placeholder={placeholder}
          readOnly={readOnly}
          wrong={unreadable || error !== undefined}
          value={typed ?? (value === undefined ? "" : String(value / scale))}
          onChange={(event) => change(event.target.value)}
          onBlur={() => !unreadable && setTyped(null)}
        />
      )}
    </Field>
  );
}
