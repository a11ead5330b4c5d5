// SPDX-License-Identifier: Apache-2.0
// From the names a chain uses to the things they mean. Pure; its reasons are what condition Accepted says.
import {
  entriesOf,
  type FunctionSet,
  functionKinds,
  type Gateway,
  type Issue,
  type IssueCode,
  layoutChain,
  type NetworkFunction,
  type ServiceChain,
  type ServiceChainEdge,
  type ServiceChainView,
  type Tenant,
  tapsOf,
  tenantNamespace,
  type ViewNode,
} from "@nfaas/domain";

export interface Platform {
  tenants: readonly Tenant[];
  networkFunctions: readonly NetworkFunction[];
  functionSets: readonly FunctionSet[];
  gateways: readonly Gateway[];
  chains: readonly ServiceChain[];
  views: readonly ServiceChainView[];
}

export type RejectionReason =
  | "InvalidGraph"
  | "UnknownTenant"
  | "UnknownAttachment"
  | "UnknownFunction"
  | "UnknownFunctionSet"
  | "UnknownChain"
  | "AmbiguousChain"
  | "UnknownGateway"
  | "AttachmentInUse"
  | "TooManyViews";

export interface Rejection {
  reason: RejectionReason;
  message: string;
}

/** What a view of the chain would hold. */
export interface ResolvedGraph {
  tenantId: number;
  nodes: ViewNode[];
  edges: ServiceChainEdge[];
}

export type Resolution = { ok: true; graph: ResolvedGraph } | { ok: false; rejection: Rejection };

const reject = (reason: RejectionReason, message: string): Resolution => ({
  ok: false,
  rejection: { reason, message },
});

const reasonOf: Partial<Record<IssueCode, RejectionReason>> = {
  NF110: "UnknownFunction",
  NF111: "UnknownAttachment",
  NF802: "UnknownChain",
  NF803: "AmbiguousChain",
};

function rejectGraph(issues: readonly Issue[]): Resolution {
  const errors = issues.filter((i) => i.severity === "error");
  const reason = errors.every((i) => reasonOf[i.code] === reasonOf[errors[0]!.code])
    ? reasonOf[errors[0]!.code]
    : undefined;
  const shown = errors.slice(0, 10).map((i) => `${i.code} ${i.path}: ${i.message}`);
  if (errors.length > shown.length) shown.push(`and ${errors.length - shown.length} more`);
  return reject(reason ?? "InvalidGraph", shown.join("; "));
}

export function resolveChain(chain: ServiceChain, platform: Platform): Resolution {
  const tenant = platform.tenants.find((t) => t.metadata.name === chain.spec.tenant);
  if (!tenant) return reject("UnknownTenant", `there is no tenant ${chain.spec.tenant}`);
  // A namespace is a tenant's fence: nobody speaks for another tenant from inside his own.
  if (chain.metadata.namespace !== tenantNamespace(chain.spec.tenant)) {
    const home = tenantNamespace(chain.spec.tenant);
    return reject("UnknownTenant", `chains of tenant ${chain.spec.tenant} live in namespace ${home}`);
  }
  const catalogue = platform.networkFunctions.map((f) => f.metadata.name);
  const laidOut = layoutChain(chain.spec, {
    attachments: tenant.spec.attachments.map((a) => a.name),
    taps: tapsOf(tenant.spec.attachments),
    chains: Object.fromEntries(
      siblingsOf(chain, platform).map((c) => [c.metadata.name, entriesOf(c.spec).length]),
    ),
    functions: Object.fromEntries(Object.entries(functionKinds).filter(([name]) => catalogue.includes(name))),
  });
  if (!laidOut.ok) return rejectGraph(laidOut.issues);
  const taken = findTakenAttachment(chain, platform);
  if (taken) return reject("AttachmentInUse", taken);
  const nodes: ViewNode[] = [];
  for (const node of laidOut.nodes) {
    const resolved = node.attachment === undefined ? resolveFunction(node, tenant, platform) : node;
    if ("reason" in resolved) return { ok: false, rejection: resolved };
    nodes.push(resolved);
  }
  const lost = findUnknownGateway(nodes, tenant, platform);
  if (lost) return reject("UnknownGateway", lost);
  return { ok: true, graph: { tenantId: tenant.spec.tenantId, nodes, edges: chain.spec.edges } };
}

/** The set the node names, else the tenant's own set of that function, else a shared one; first by name. */
function resolveFunction(node: ViewNode, tenant: Tenant, platform: Platform): ViewNode | Rejection {
  const usable = platform.functionSets
    .filter((s) => s.metadata.deletionTimestamp === undefined && s.spec.function === node.function)
    .filter((s) => s.spec.tenant === undefined || s.spec.tenant === tenant.metadata.name)
    .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const set =
    node.functionSet === undefined
      ? (usable.find((s) => s.spec.tenant !== undefined) ?? usable[0])
      : usable.find((s) => s.metadata.name === node.functionSet);
  if (set) return { ...node, functionSet: set.metadata.name };
  const wanted = node.functionSet === undefined ? "" : ` named ${node.functionSet}`;
  const message = `node ${node.name}: no function set${wanted} runs ${node.function} for tenant ${tenant.metadata.name}`;
  return { reason: "UnknownFunctionSet", message };
}

const attachmentsOf = ({ nodes }: { nodes: readonly { attachment?: string }[] }): string[] =>
  nodes.flatMap((n) => (n.attachment === undefined ? [] : [n.attachment]));

/** The tenant's other chains. */
const siblingsOf = ({ metadata }: ServiceChain, { chains }: Platform): ServiceChain[] =>
  chains.filter(
    (c) =>
      c.metadata.namespace === metadata.namespace &&
      c.metadata.name !== metadata.name &&
      c.metadata.deletionTimestamp === undefined,
  );

/** The one that carries traffic keeps an attachment; else the oldest that names it. */
function findTakenAttachment(chain: ServiceChain, platform: Platform): string | undefined {
  const { namespace, name } = chain.metadata;
  const { views } = platform;
  const rivals = siblingsOf(chain, platform);
  const carries = (owner: string, attachment: string): boolean =>
    views.some(
      (v) =>
        v.metadata.namespace === namespace &&
        v.spec.chain === owner &&
        v.spec.weight > 0 &&
        attachmentsOf(v.spec).includes(attachment),
    );
  const age = (c: ServiceChain): string => `${c.metadata.creationTimestamp} ${c.metadata.name}`;
  for (const attachment of attachmentsOf(chain.spec)) {
    if (carries(name, attachment)) continue;
    const holder = rivals.find(
      (c) =>
        carries(c.metadata.name, attachment) ||
        (age(c) < age(chain) && attachmentsOf(c.spec).includes(attachment)),
    );
    if (holder)
      return `attachment ${attachment} is used by chain ${holder.metadata.name}; free it there first`;
  }
}

function findUnknownGateway(
  nodes: readonly ViewNode[],
  tenant: Tenant,
  { gateways }: Platform,
): string | undefined {
  for (const name of attachmentsOf({ nodes })) {
    const attachment = tenant.spec.attachments.find((a) => a.name === name);
    const gateway = gateways.find((g) => g.metadata.name === attachment?.gateway);
    if (!gateway) return `attachment ${name}: there is no gateway ${attachment?.gateway}`;
  }
}
