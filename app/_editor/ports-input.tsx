// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatPorts, type PortRange, parsePorts } from "@nfaas/domain";
import { useState } from "react";
import { Input } from "../_kit/field.tsx";

interface PortsInputProps {
  label: string;
  value: PortRange | undefined;
  disabled: boolean;
  readOnly: boolean;
  wrong: string | undefined;
  onChange: (ports: PortRange | undefined) => void;
  onBlur?: () => void;
  extent?: "sm" | "md";
}

/** Keeps what is being typed until it can be read as ports; what can't is marked and never reaches the graph. */
export function PortsInput({
  label,
  value,
  wrong,
  onChange,
  onBlur,
  extent = "sm",
  ...rest
}: PortsInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? formatPorts(value);
  const unreadable = typed !== null && parsePorts(typed) === null;
  const change = (next: string) => {
    setTyped(next);
    const ports = parsePorts(next);
    if (ports !== null) onChange(ports);
  };
  const leave = () => {
    if (!unreadable) setTyped(null);
    onBlur?.();
  };
  return (
    <Input
      {...rest}
      extent={extent}
      aria-label={label}
      placeholder={rest.disabled ? "–" : "any"}
      title={unreadable ? "A port or a range of ports within 1 to 65535, such as 80 or 8000-8100." : wrong}
      wrong={unreadable || wrong !== undefined}
      className="font-mono"
      value={text}
      onChange={(event) => change(event.target.value)}
      onBlur={leave}
    />
  );
}
