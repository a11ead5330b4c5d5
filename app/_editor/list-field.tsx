// SPDX-License-Identifier: Apache-2.0
"use client";
import { useState } from "react";
import { Field, Input } from "../_kit/field.tsx";

interface ListFieldProps {
  label: string;
  hint?: string;
  /** What an empty list means. */
  placeholder?: string;
  value: readonly string[] | undefined;
  error: string | undefined;
  readOnly: boolean;
  /** undefined = the list is empty. */
  onChange: (items: string[] | undefined) => void;
}

/** Items separated by commas or blanks; they reach the graph when the field is left. */
export function ListField(props: ListFieldProps) {
  const { label, hint, placeholder = "any", value, error, readOnly, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    if (typed === null) return;
    const items = typed.split(/[\s,]+/).filter(Boolean);
    onChange(items.length > 0 ? items : undefined);
    setTyped(null);
  };
  return (
    <Field label={label} error={error ?? null} hint={hint}>
      {(ids) => (
        <Input
          {...ids}
          className="font-mono"
          placeholder={placeholder}
          readOnly={readOnly}
          wrong={error !== undefined}
          value={typed ?? value?.join(", ") ?? ""}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === "Enter" && commit()}
        />
      )}
    </Field>
  );
}
