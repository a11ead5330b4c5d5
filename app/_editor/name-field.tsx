// SPDX-License-Identifier: Apache-2.0
"use client";
import { isName } from "@nfaas/domain";
import { useState } from "react";
import { Input } from "../_kit/field.tsx";

interface NameFieldProps {
  name: string;
  taken: readonly string[];
  readOnly: boolean;
  onRename: (name: string) => void;
}

/** Renames on Enter or when left; Escape gives the old name back. Key it by name. */
export function NameField({ name, taken, readOnly, onRename }: NameFieldProps) {
  const [typed, setTyped] = useState(name);
  const clash = typed !== name && taken.includes(typed);
  const wrong = !isName(typed) || clash;
  const commit = () => {
    if (wrong) setTyped(name);
    else if (typed !== name) onRename(typed);
  };
  return (
    <Input
      extent="sm"
      aria-label="Node name"
      className="max-w-44 font-medium font-mono"
      readOnly={readOnly}
      wrong={wrong}
      title={clash ? `There is a node called ${typed} already.` : "Lower-case letters, digits and dashes."}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") setTyped(name);
      }}
    />
  );
}
