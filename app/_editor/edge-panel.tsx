// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ChainEdge, type EdgeMatch, formatBitRate, formatPacketRate, type Issue } from "@nfaas/domain";
import type { Rate } from "@/server/telemetry/types.ts";
import { Field, Select } from "../_kit/field.tsx";
import { ListField } from "./list-field.tsx";
import { useEdgeFigures } from "./live-figures.tsx";
import { ProtocolFields } from "./protocol-fields.tsx";

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
  const set = (change: MatchChange) => onChange(compactMatch({ ...match, ...change }));
  const problem = (field: string) => issues.find((issue) => issue.path.includes(`.match.${field}`))?.message;
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
        <ProtocolFields
          protocol={match.protocol}
          destinationPorts={match.destinationPorts}
          readOnly={readOnly}
          problem={problem}
          onProtocol={set}
          onPorts={(destinationPorts) => set({ destinationPorts })}
        />
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

type MatchChange = { [Field in keyof EdgeMatch]?: EdgeMatch[Field] | undefined };

/** A match without any condition is no match at all. */
function compactMatch(match: MatchChange): EdgeMatch | undefined {
  const held = Object.entries(match).filter(
    ([field, value]) => value !== undefined && !(field === "protocol" && value === "any"),
  );
  return held.length > 0 ? (Object.fromEntries(held) as EdgeMatch) : undefined;
}
