// SPDX-License-Identifier: Apache-2.0
"use client";
import { hasPorts, type PortRange, type Protocol, protocols } from "@nfaas/domain";
import { Field, Select } from "../_kit/field.tsx";
import { PortsInput } from "./ports-input.tsx";

interface ProtocolFieldsProps {
  protocol: Protocol | undefined;
  destinationPorts: PortRange | undefined;
  readOnly: boolean;
  problem: (field: "protocol" | "destinationPorts") => string | undefined;
  /** Any is undefined; so are the ports of a protocol that has none. */
  onProtocol: (change: { protocol: Protocol | undefined; destinationPorts?: undefined }) => void;
  onPorts: (destinationPorts: PortRange | undefined) => void;
}

/** The protocol that a match asks for, and the ports of those that have some. */
export function ProtocolFields(props: ProtocolFieldsProps) {
  const { protocol = "any", destinationPorts, readOnly, problem, onProtocol, onPorts } = props;
  const choose = (next: Protocol) =>
    onProtocol({
      protocol: next === "any" ? undefined : next,
      ...(hasPorts(next) ? {} : { destinationPorts: undefined }),
    });
  return (
    <>
      <Field label="Protocol" error={problem("protocol")}>
        {(ids) => (
          <Select
            {...ids}
            disabled={readOnly}
            value={protocol}
            onChange={(event) => choose(event.target.value as Protocol)}
          >
            {protocols.map((name) => (
              <option key={name} value={name}>
                {name === "any" ? "Any" : name.toUpperCase()}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="flex flex-col gap-1.5">
        <span className="font-medium text-ink-soft text-xs">Destination ports</span>
        <PortsInput
          label="Destination ports"
          extent="md"
          value={destinationPorts}
          disabled={!hasPorts(protocol)}
          readOnly={readOnly}
          wrong={problem("destinationPorts")}
          onChange={onPorts}
        />
      </div>
    </>
  );
}
