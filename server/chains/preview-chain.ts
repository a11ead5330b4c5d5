// SPDX-License-Identifier: Apache-2.0
import { type ChainGraph, chainToYaml, compileChain, diffLines, type ServiceChain } from "@nfaas/domain";
import { graphContext } from "../catalogue/graph-context.ts";
import { withTenant } from "../db/transaction.ts";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";
import { alignKeys } from "./align-keys.ts";
import { findChain } from "./chain-row.ts";
import { keepDeployed } from "./keep-deployed.ts";
import type { ChainPreview } from "./types.ts";

/** The deployed object with what a person would write: the server's own metadata would only be noise in a difference. */
function deployedYaml(deployed: ServiceChain | undefined, next: ServiceChain): string {
  if (!deployed) return "";
  const { name, namespace, labels } = deployed.metadata;
  const metadata = { name, ...(namespace ? { namespace } : {}), ...(labels ? { labels } : {}) };
  return chainToYaml(alignKeys({ ...deployed, metadata }, next) as ServiceChain);
}

/** What a publish of this graph would do. Throws NOT_FOUND. */
export async function previewChain(
  scope: TenantScope,
  { chain, graph }: { chain: string; graph: ChainGraph },
): Promise<ChainPreview> {
  const { db, world } = services();
  const row = await withTenant(db, scope.tenant.id, (tx) => findChain(tx, scope, chain));
  const revision = (row.revisions[0]?.number ?? 0) + 1;
  const identity = { tenant: scope.tenant.name, chain, revision };
  const compiled = compileChain(graph, identity, await graphContext(scope, chain));
  if (!compiled.ok) return { yaml: null, issues: compiled.issues, diff: [] };
  const deployed = world.serviceChain(scope.tenant.name, chain);
  const { spec } = compiled.chain;
  const next = { ...compiled.chain, spec: deployed ? keepDeployed(spec, deployed.spec) : spec };
  const yaml = chainToYaml(next);
  const diff = diffLines(deployedYaml(deployed, next), yaml);
  return { yaml, issues: compiled.issues, diff };
}
