// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ChainGraph, type EditorAction, newEdge } from "@nfaas/domain";
import { ArrowRight } from "lucide-react";
import { Select } from "../_kit/field.tsx";

interface ConnectionsProps {
  graph: ChainGraph;
  node: string;
  dispatch: ((action: EditorAction) => void) | undefined;
  onSelectEdge: (edge: string) => void;
}

/** A node's edges as a list, and the way to connect without a pointer. */
export function Connections({ graph, node, dispatch, onSelectEdge }: ConnectionsProps) {
  const edges = graph.edges.filter((edge) => edge.from === node || edge.to === node);
  const targets = graph.nodes.filter((other) => newEdge(graph, node, other.name) !== null);
  return (
    <div className="flex min-w-0 items-center gap-2 overflow-x-auto p-1">
      {edges.map((edge) => (
        <button
          key={edge.name}
          type="button"
          onClick={() => onSelectEdge(edge.name)}
          className="inline-flex h-6 shrink-0 items-center gap-1 rounded-md bg-sunken px-2 text-2xs text-ink-soft hover:text-ink"
        >
          {edge.from} <ArrowRight aria-label="to" className="size-3" /> {edge.to}
        </button>
      ))}
      {dispatch && targets.length > 0 && (
        <span className="w-32 shrink-0">
          <Select
            extent="sm"
            aria-label={`Connect ${node} to`}
            value=""
            onChange={(event) => dispatch({ type: "connect", from: node, to: event.target.value })}
          >
            <option value="" disabled>
              Connect to…
            </option>
            {targets.map((target) => (
              <option key={target.name}>{target.name}</option>
            ))}
          </Select>
        </span>
      )}
    </div>
  );
}
