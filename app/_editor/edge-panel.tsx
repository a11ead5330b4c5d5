// SPDX-License-Identifier: Apache-2.0
"use client";
import {
  type ChainEdge,
  type EdgeMatch,
  formatBitRate,
  formatPacketRate,
  hasPorts,
  type Issue,
  type Protocol,
} from "@nfaas/domain";
import { useState } from "react";
import type { Rate } from "@/server/telemetry/types.ts";
import { Field, Input, Select } from "../_kit/field.tsx";
import { useEdgeFigures } from "./live-figures.tsx";
import { PortsInput } from "./ports-input.tsx";

interface EdgePanelProps {
  edge: ChainEdge;
  issues: readonly Issue[];
  readOnly: boolean;
  onChange: (match: EdgeMatch | undefined) => void;
}

/** Which packets take the edge. Key it by edge. */
export function EdgePanel({ edge, issues, readOnly, onChange }: EdgePanelProps) {
  const match = edge.match ?? {};
  const set = (change: Partial<EdgeMatch>) => onChange(compactMatch({ ...match, ...change }));
  const problem = (field: string) => issues.find((issue) => issue.path.includes(`.match.${field}`))?.message;
  const protocol = match.protocol ?? "any";
  const setProtocol = (next: Protocol) =>
    set({ protocol: next, ...(hasPorts(next) ? {} : { destinationPorts: undefined }) });
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="text-ink-muted text-xs">
        Edges of a node are tried in the order they were drawn; a packet takes the first that matches. Empty
        fields match everything.
      </p>
      <div className="grid max-w-4xl grid-cols-2 gap-4 lg:grid-cols-4">
        <Field label="Protocol">
          {(ids) => (
            <Select
              {...ids}
              disabled={readOnly}
              value={protocol}
              onChange={(event) => setProtocol(event.target.value as Protocol)}
            >
              {["any", "icmp", "tcp", "udp", "icmpv6", "sctp"].map((name) => (
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
            value={match.destinationPorts}
            disabled={!hasPorts(protocol)}
            readOnly={readOnly}
            wrong={problem("destinationPorts")}
            onChange={(destinationPorts) => set({ destinationPorts })}
            extent="md"
          />
        </div>
        <PrefixesField
          label="Sources"
          value={match.sources}
          error={problem("sources")}
          readOnly={readOnly}
          onChange={(sources) => set({ sources })}
        />
        <PrefixesField
          label="Destinations"
          value={match.destinations}
          error={problem("destinations")}
          readOnly={readOnly}
          onChange={(destinations) => set({ destinations })}
        />
      </div>
      <Figures from={edge.from} to={edge.to} />
    </div>
  );
}

interface PrefixesFieldProps {
  label: string;
  value: string[] | undefined;
  error: string | undefined;
  readOnly: boolean;
  onChange: (prefixes: string[] | undefined) => void;
}

function PrefixesField({ label, value, error, readOnly, onChange }: PrefixesFieldProps) {
  const [typed, setTyped] = useState(value?.join(", ") ?? "");
  const commit = () => {
    const prefixes = typed.split(/[\s,]+/).filter(Boolean);
    onChange(prefixes.length > 0 ? prefixes : undefined);
  };
  return (
    <Field label={label} error={error ?? null} hint="Prefixes, separated by commas.">
      {(ids) => (
        <Input
          {...ids}
          className="font-mono"
          placeholder="any"
          readOnly={readOnly}
          wrong={error !== undefined}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === "Enter" && commit()}
        />
      )}
    </Field>
  );
}

function Figures({ from, to }: { from: string; to: string }) {
  const figures = useEdgeFigures(from, to);
  if (!figures) return null;
  const text = (rate: Rate) =>
    `${formatBitRate(rate.bitsPerSecond)}, ${formatPacketRate(rate.packetsPerSecond)}`;
  return (
    <p className="figures flex flex-wrap gap-x-6 gap-y-1 text-xs">
      <span className="text-forward">→ forward {text(figures.forward)}</span>
      <span className="text-reverse">← reverse {text(figures.reverse)}</span>
    </p>
  );
}

/** A match without any condition is no match at all. */
function compactMatch(
  match: { [Field in keyof EdgeMatch]?: EdgeMatch[Field] | undefined },
): EdgeMatch | undefined {
  const held = Object.entries(match).filter(
    ([field, value]) => value !== undefined && !(field === "protocol" && value === "any"),
  );
  return held.length > 0 ? (Object.fromEntries(held) as EdgeMatch) : undefined;
}
