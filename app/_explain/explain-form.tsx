// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ExplainFlow, hasPorts, type Protocol, protocols } from "@nfaas/domain";
import { ScanSearch } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../_kit/button.tsx";
import { Field, Input, Select } from "../_kit/field.tsx";
import { emptyFields, type FieldErrors, type FlowFields, readFields } from "./flow-fields.ts";

interface ExplainFormProps {
  busy: boolean;
  onAsk: (asked: { flow: ExplainFlow; packets: number }) => void;
}

/** Whose packets; blank = any. */
export function ExplainForm({ busy, onAsk }: ExplainFormProps) {
  const [fields, setFields] = useState<FlowFields>(emptyFields);
  const [errors, setErrors] = useState<FieldErrors>({});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readFields(fields);
    setErrors(read.ok ? {} : read.errors);
    if (read.ok) onAsk(read);
  };
  const text = (name: keyof FlowFields, label: string, placeholder: string, disabled = false) => (
    <Field label={label} error={errors[name]}>
      {(ids) => (
        <Input
          {...ids}
          extent="sm"
          value={fields[name]}
          placeholder={placeholder}
          wrong={errors[name] !== undefined}
          disabled={disabled}
          onChange={(event) => setFields({ ...fields, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  const noPorts = !hasPorts(fields.protocol);
  return (
    <form
      aria-label="Packets to explain"
      onSubmit={submit}
      className="grid grid-cols-2 content-start gap-2 p-3"
      noValidate
    >
      {text("source", "From", "any address")}
      {text("destination", "To", "any address")}
      <Field label="Protocol">
        {(ids) => (
          <Select
            {...ids}
            extent="sm"
            value={fields.protocol}
            onChange={(event) => setFields({ ...fields, protocol: event.target.value as Protocol })}
          >
            {protocols.map((protocol) => (
              <option key={protocol} value={protocol}>
                {protocol === "any" ? "Any" : protocol.toUpperCase()}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {text("packets", "Packets at each gateway", "4")}
      {text("sourcePort", "Source port", noPorts ? "none" : "any", noPorts)}
      {text("destinationPort", "Destination port", noPorts ? "none" : "any", noPorts)}
      <div className="col-span-2 flex items-center gap-3 pt-1">
        <Button type="submit" look="primary" size="sm" icon={ScanSearch} disabled={busy}>
          {busy ? "Watching…" : "Explain"}
        </Button>
        <span className="text-2xs text-ink-muted">
          The next packets of the flow, answers too; 2 s at most.
        </span>
      </div>
    </form>
  );
}
