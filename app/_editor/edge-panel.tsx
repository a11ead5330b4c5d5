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
import type { Rate } from "@/server/telemetry/types.ts";
import { Field, Select } from "../_kit/field.tsx";
import { ListField } from "./list-field.tsx";
import { useEdgeFigures } from "./live-figures.tsx";
import { PortsInput } from "./ports-input.tsx";

interface EdgePanelProps {
  edge: ChainEdge;
  issues: readonly Issue[];
  readOnly: boolean;
  /** Named outputs of the node the edge leaves. */
  outputs: readonly string[];
  onChange: (match: EdgeMatch | undefined) => void;
  onOutput: (output: string | undefined) => void;
}

/** Which packets take the edge. Key it by edge. */
export function EdgePanel({ edge, issues, readOnly, outputs, onChange, onOutput }: EdgePanelProps) {
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
      {(outputs.length > 0 || edge.output !== undefined) && (
        <OutputField output={edge.output} outputs={outputs} readOnly={readOnly} onChange={onOutput} />
      )}
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
        <ListField
          label="Sources"
          hint="Prefixes, separated by commas."
          value={match.sources}
          error={problem("sources")}
          readOnly={readOnly}
          onChange={(sources) => set({ sources })}
        />
        <ListField
          label="Destinations"
          hint="Prefixes, separated by commas."
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

interface OutputFieldProps {
  output: string | undefined;
  outputs: readonly string[];
  readOnly: boolean;
  onChange: (output: string | undefined) => void;
}

/** One that the node no longer has stays to be seen until another is chosen. */
function OutputField({ output, outputs, readOnly, onChange }: OutputFieldProps) {
  const lost = output !== undefined && !outputs.includes(output);
  return (
    <div className="w-52">
      <Field label="Output" error={lost ? "The node has no such output any more." : null}>
        {(ids) => (
          <Select
            {...ids}
            disabled={readOnly}
            wrong={lost}
            value={output ?? ""}
            onChange={(event) => onChange(event.target.value || undefined)}
          >
            <option value="">What no other output takes</option>
            {[...outputs, ...(lost ? [output] : [])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
    </div>
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
