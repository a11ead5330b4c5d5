// SPDX-License-Identifier: Apache-2.0
"use client";
import {
  type AttachmentNode,
  type ChainGraph,
  type DirectReturnServer,
  type EditorAction,
  type FunctionNode,
  type Issue,
  outputsOfNode,
  type Selection,
} from "@nfaas/domain";
import { MousePointerClick, Trash2 } from "lucide-react";
import { IconButton } from "../_kit/button.tsx";
import { type EditorCatalogue, graphContext } from "./catalogue.ts";
import { Connections } from "./connections.tsx";
import { EdgePanel } from "./edge-panel.tsx";
import { functionPanel } from "./function-panels.ts";
import { NameField } from "./name-field.tsx";

interface InspectorProps {
  graph: ChainGraph;
  selection: Selection;
  issues: readonly Issue[];
  catalogue: EditorCatalogue;
  dispatch: ((action: EditorAction) => void) | undefined;
  onSelect: (action: EditorAction) => void;
}

/** The one selected node or edge; null when nothing or several things are. */
function selectedItem({ graph, selection }: Pick<InspectorProps, "graph" | "selection">) {
  const one = selection.nodes.length + selection.edges.length === 1;
  if (!one) return null;
  const node = graph.nodes.find((candidate) => candidate.name === selection.nodes[0]);
  if (node) return { node };
  const edge = graph.edges.find((candidate) => candidate.name === selection.edges[0]);
  return edge ? { edge } : null;
}

/** What the configuration is of: name, connections, removal. */
export function InspectorSubject(props: InspectorProps) {
  const { graph, dispatch, onSelect } = props;
  const item = selectedItem(props);
  if (!item) return null;
  const remove = dispatch && (
    <IconButton
      icon={Trash2}
      size="sm"
      label="Remove from chain"
      onClick={() => dispatch({ type: "removeSelected" })}
    />
  );
  if (item.edge) {
    return (
      <>
        <span className="whitespace-nowrap text-ink-soft text-xs">
          Edge from <b className="font-medium text-ink">{item.edge.from}</b> to{" "}
          <b className="font-medium text-ink">{item.edge.to}</b>
        </span>
        {remove}
      </>
    );
  }
  const { name } = item.node;
  return (
    <>
      <NameField
        key={name}
        name={name}
        taken={graph.nodes.map((other) => other.name)}
        readOnly={!dispatch}
        onRename={(next) => dispatch?.({ type: "rename", node: name, name: next })}
      />
      <Connections
        graph={graph}
        node={name}
        dispatch={dispatch}
        onSelectEdge={(edge) => onSelect({ type: "select", selection: { nodes: [], edges: [edge] } })}
      />
      {remove}
    </>
  );
}

export function Inspector(props: InspectorProps) {
  const { issues, dispatch, catalogue } = props;
  const item = selectedItem(props);
  if (!item) return <NothingSelected />;
  if (item.edge) {
    const { edge } = item;
    return (
      <EdgePanel
        key={edge.name}
        edge={edge}
        issues={issues.filter((issue) => issue.edge === edge.name)}
        readOnly={!dispatch}
        outputs={outputsOfNode(
          props.graph.nodes.find((node) => node.name === edge.from),
          graphContext(catalogue).functions,
        )}
        onChange={(match) => dispatch?.({ type: "setMatch", edge: edge.name, match })}
        onOutput={(output) => dispatch?.({ type: "setOutput", edge: edge.name, output })}
      />
    );
  }
  if (item.node.kind === "attachment") return <AttachmentPanel node={item.node} catalogue={catalogue} />;
  return <FunctionPanel node={item.node} issues={issues} dispatch={dispatch} catalogue={catalogue} />;
}

function FunctionPanel(
  props: { node: FunctionNode } & Pick<InspectorProps, "issues" | "dispatch" | "catalogue">,
) {
  const { node, issues, dispatch, catalogue } = props;
  const Panel = functionPanel(node.function);
  if (!Panel) return <p className="p-4 text-ink-muted text-sm">{node.function} has no settings.</p>;
  return (
    <Panel
      key={node.name}
      node={node}
      issues={issues}
      chains={catalogue.chains.map(({ name }) => name)}
      readOnly={!dispatch}
      onChange={(config, field) =>
        dispatch?.({
          type: "setConfig",
          node: node.name,
          config,
          ...(field ? { coalesce: `${node.name}.${field}` } : {}),
        })
      }
      onSeal={() => dispatch?.({ type: "seal" })}
    />
  );
}

const describeServers = (servers: readonly DirectReturnServer[]) =>
  `${servers.map((s) => `${s.name} (${s.address})`).join(", ")}; in GRE, they answer by their own route`;

/** Names and values; without those that the attachment does not have. */
function describeAttachment(attachment: EditorCatalogue["attachments"][number]): [string, string][] {
  const { gateway, edgePort, vlan, address, address6, prefixes, tap, directReturn } = attachment;
  const facts: [string, string | undefined][] = [
    ["Gateway", gateway],
    ["Edge port", edgePort],
    ["VLAN", vlan ? String(vlan) : "untagged"],
    ["Router address", address],
    ["Router address, IPv6", address6],
    ["Prefixes", prefixes.join(", ")],
    ["Tap, copies go to", tap?.collector],
    ["Leaves to", directReturn && describeServers(directReturn.servers)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
}

function AttachmentPanel({ node, catalogue }: { node: AttachmentNode; catalogue: EditorCatalogue }) {
  const attachment = catalogue.attachments.find((candidate) => candidate.name === node.attachment);
  if (!attachment) {
    return <p className="p-4 text-bad text-sm">There is no attachment “{node.attachment}” any more.</p>;
  }
  return (
    <dl className="grid max-w-2xl grid-cols-[auto_1fr] gap-x-6 gap-y-2 p-4 text-sm">
      {describeAttachment(attachment).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-muted">{name}</dt>
          <dd className="font-mono text-xs leading-5">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const NothingSelected = () => (
  <p className="flex items-center gap-2 p-4 text-ink-muted text-sm">
    <MousePointerClick aria-hidden className="size-4" /> Select a node or an edge to see and change its
    settings.
  </p>
);
