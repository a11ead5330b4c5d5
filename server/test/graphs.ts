// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph, FirewallRule } from "@nfaas/domain";

const position = { x: 0, y: 0 };

/** client -> firewall -> server. */
export const webGraph = (...rules: FirewallRule[]): ChainGraph => ({
  nodes: [
    { kind: "attachment", name: "client", attachment: "client", position },
    {
      kind: "function",
      name: "fw",
      function: "firewall",
      config: { rules, defaultAction: "deny" },
      position,
    },
    { kind: "attachment", name: "server", attachment: "server", position },
  ],
  edges: [
    { name: "client-fw", from: "client", to: "fw" },
    { name: "fw-server", from: "fw", to: "server" },
  ],
});

/** client -> classifier -> server; what is TCP goes on in the other chain. */
export const enteringGraph = (chain: string): ChainGraph => {
  const graph = webGraph();
  const nodes = graph.nodes.map((node) =>
    node.name === "fw"
      ? {
          kind: "function" as const,
          name: "fw",
          function: "classifier",
          config: { classes: [{ output: "web", match: { protocol: "tcp" }, enter: chain }] },
          position,
        }
      : node,
  );
  return { ...graph, nodes };
};

export const allowPing: FirewallRule = { name: "allow-ping", action: "allow", protocol: "icmp" };
export const allowHttp: FirewallRule = {
  name: "allow-http",
  action: "allow",
  protocol: "tcp",
  destinationPorts: { first: 80, last: 80 },
};
