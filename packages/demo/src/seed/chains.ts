// SPDX-License-Identifier: Apache-2.0
// The demo's chains, made through the same functions that the console's pages call.
import type { ChainGraph } from "@nfaas/domain";
import { createChain } from "../../../../server/chains/create-chain.ts";
import { getChain } from "../../../../server/chains/get-chain.ts";
import { publishChain } from "../../../../server/chains/publish-chain.ts";
import { saveDraft } from "../../../../server/chains/save-draft.ts";
import { withPlatform } from "../../../../server/db/transaction.ts";
import { AppError, ErrorCode } from "../../../../server/errors.ts";
import type { TenantScope } from "../../../../server/scope.ts";
import { services } from "../../../../server/services.ts";

const chain = "web";

const demoGraph: ChainGraph = {
  nodes: [
    { kind: "attachment", name: "client", attachment: "client", position: { x: 0, y: 0 } },
    {
      kind: "function",
      name: "fw",
      function: "firewall",
      config: {
        rules: [
          { name: "allow-ping", action: "allow", protocol: "icmp" },
          { name: "allow-ping6", action: "allow", protocol: "icmpv6" },
          { name: "allow-http", action: "allow", protocol: "tcp", destinationPorts: { first: 80, last: 80 } },
          {
            name: "allow-iperf",
            action: "allow",
            protocol: "tcp",
            destinationPorts: { first: 5201, last: 5201 },
          },
        ],
        defaultAction: "deny",
      },
      position: { x: 320, y: 0 },
    },
    { kind: "attachment", name: "server", attachment: "server", position: { x: 640, y: 0 } },
  ],
  edges: [
    { name: "client-fw", from: "client", to: "fw" },
    { name: "fw-server", from: "fw", to: "server" },
  ],
};

async function scopeOf(name: string): Promise<TenantScope> {
  const tenant = await withPlatform(services().db, (tx) => tx.tenant.findUniqueOrThrow({ where: { name } }));
  return { tenant: { id: tenant.id, name }, actor: { id: null, name: "demo" } };
}

/** Creates and publishes the chain; one that exists is left as its tenant made it. True when it was published now. */
export async function seedChain(tenant: string): Promise<boolean> {
  const scope = await scopeOf(tenant);
  const found = await createChain(scope, { name: chain, title: "Web traffic" }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === ErrorCode.ChainExists) return getChain(scope, chain);
    throw error;
  });
  if (found.published) return false;
  if (found.draft.graph.nodes.length === 0) {
    await saveDraft(scope, { chain, graph: demoGraph, version: found.draft.version });
  }
  await publishChain(scope, { chain, message: "Demo chain" });
  return true;
}
