// SPDX-License-Identifier: Apache-2.0
// The objects of group nfaas.io/v1alpha1 as TypeScript sees them. The schemas that the Kubernetes API enforces are the
// CRDs in operator-bridge/crds; a test there holds both to each other.
import type { Action, EdgeMatch, FirewallConfig, Rollout } from "../graph.ts";

export const group = "nfaas.io";
export const version = "v1alpha1";
export const apiVersion = `${group}/${version}` as const;

export const systemNamespace = "nfaas-system";
/** The namespace that holds a tenant's chains and views. */
export const tenantNamespace = (tenant: string): string => `tenant-${tenant}`;

export const labels = {
  functionSet: "nfaas.io/function-set",
  gateway: "nfaas.io/gateway",
  function: "nfaas.io/function",
  /** On the Secret of gateways that share their connection tables. */
  stateGroup: "nfaas.io/state-group",
  tenant: "nfaas.io/tenant",
  chain: "nfaas.io/chain",
} as const;
export const annotations = {
  /** On a Pod: it carries what it has and takes no new view. */
  cordoned: "nfaas.io/cordoned",
  /** On a Pod: how far it is drained (DrainStage). The operator's; it is never taken back, the pod goes. */
  drain: "nfaas.io/drain",
  /** On a Pod: since when it is drained. */
  drainSince: "nfaas.io/drain-since",
  /** On a Pod: a digest of what it was made from. */
  template: "nfaas.io/template",
  /** On a FunctionSet: any new value replaces all its pods, one by one. */
  restartedAt: "nfaas.io/restartedAt",
} as const;

/**
 * What is taken from a pod that is to go, in this order: new flows (its weight is 0), then the flows it has (other members of
 * its set know them, or they have ended), then all packets (it is in no pool).
 */
export const drainStages = ["new-flows", "flows", "packets"] as const;
export type DrainStage = (typeof drainStages)[number];
/** Keeps a deleted view until every agent has unprogrammed it; only then its viewId is free. */
export const viewFinalizer = "nfaas.io/view";

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
}

export type ConditionType = "Accepted" | "Programmed" | "Ready" | "Drained" | "Progressing";

export interface Condition {
  type: ConditionType;
  status: "True" | "False" | "Unknown";
  /** CamelCase, stable: programs read it. */
  reason: string;
  /** For people: what is wrong and what to do. */
  message: string;
  observedGeneration: number;
  lastTransitionTime: string;
}

interface Resource<Kind extends string, Spec, Status> {
  apiVersion: typeof apiVersion;
  kind: Kind;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}

/** A host of direct server return: it takes packets out of GRE by itself and answers their senders by its own route. */
export interface DirectReturnServer {
  name: string;
  /** IPv4, a host in the subnet of the attachment's address. */
  address: string;
  /** Its share of new flows beside the others', 0..10000; 0 drains; absent = 100. */
  weight?: number;
}

/** Where a tenant's packets enter or leave: a gateway's edge port, and the hosts behind it. */
export interface Attachment {
  name: string;
  /** Name of the Gateway and of one of its edge ports. */
  gateway: string;
  edgePort: string;
  /** 0 or absent = untagged. */
  vlan?: number;
  /** The gateway's own address on that port with its subnet, e.g. "10.0.1.1/24": the hosts' router. */
  address: string;
  /** The same over IPv6, e.g. "2001:db8:1::1/64"; absent = no IPv6 is carried here. */
  address6?: string;
  /** Sources accepted here, destinations reachable here; a family of which none is named has the gateway's subnet. */
  prefixes: string[];
  /** Packets leave in plain GRE to one of these, by flow; absent = as they are, to the host they are addressed to. */
  directReturn?: { servers: DirectReturnServer[] };
  /** Makes it a tap: it only receives, and what it receives are mirrors' copies. */
  tap?: Tap;
}

export interface Tap {
  /** IPv4 address of the host in the subnet of `address` that all copies are sent to, whomever they speak of. */
  collector: string;
}

export interface TenantSpec {
  /** 1..16777215, immutable. */
  tenantId: number;
  displayName: string;
  /** 1..10000 as in cgroup v2; absent = 100. */
  cpuWeight?: number;
  attachments: Attachment[];
}
export type Tenant = Resource<"Tenant", TenantSpec, { conditions?: Condition[] }>;

/**
 * What a pod of a function spends on one core, its ports included, in TSC cycles of the machine in docs/benchmarks.md:
 * packets * cyclesPerPacket + kilobytes * cyclesPerKilobyte + new flows * cyclesPerNewFlow. Measured by
 * `./nfaas bench costs`; a kilobyte is 1000 bytes of the tenant's packets.
 */
export interface CostModel {
  cyclesPerPacket: number;
  cyclesPerKilobyte: number;
  cyclesPerNewFlow: number;
}

export interface NetworkFunctionSpec {
  displayName: string;
  description: string;
  /** JSON Schema (draft 7) of a node's config. */
  configSchema?: Record<string, unknown>;
  /** Names of the outputs edges may hang on; one unnamed output when empty. */
  outputs: string[];
  /** Absent = not measured. */
  cost?: CostModel;
}
export type NetworkFunction = Resource<"NetworkFunction", NetworkFunctionSpec, { conditions?: Condition[] }>;

export interface FunctionSetSpec {
  /** Name of a NetworkFunction; immutable. */
  function: string;
  replicas: number;
  /** Absent = shared by all tenants. */
  tenant?: string;
  /** Of the pods; absent = the operator's own version of the data plane. */
  image?: string;
  /** Whole cores of a pod; absent = 2. */
  cpus?: number;
  /** Of a pod, beside its hugepages; absent = 512. */
  memoryMebibytes?: number;
  /** For how long a pod that goes may keep flows that no other pod can take over; absent = 300. */
  drainSeconds?: number;
}
export interface FunctionSetStatus {
  conditions?: Condition[];
  /** Pods that exist. */
  replicas?: number;
  readyReplicas?: number;
  /** Made from the present spec, and not to go. */
  updatedReplicas?: number;
}
export type FunctionSet = Resource<"FunctionSet", FunctionSetSpec, FunctionSetStatus>;

export interface EdgePort {
  name: string;
  /** The Linux interface it opens, in the embedded home. */
  interface: string;
}
export interface GatewaySpec {
  edgePorts: EdgePort[];
  /** Gateways of the same name share their connection tables; absent = it shares with nobody. */
  stateGroup?: string;
}
export type Gateway = Resource<"Gateway", GatewaySpec, { conditions?: Condition[] }>;

/** A node of a deployed graph: an attachment or a function, never both. */
export interface ServiceChainNode {
  name: string;
  attachment?: string;
  function?: string;
  /** The set that runs it; absent = the tenant's own set of that function, else the shared one. */
  functionSet?: string;
  config?: FirewallConfig | Record<string, unknown>;
}
export interface ServiceChainEdge {
  name: string;
  from: string;
  to: string;
  output?: string;
  match?: EdgeMatch;
}
export interface ServiceChainSpec {
  /** Name of the Tenant; immutable. */
  tenant: string;
  /** The console's revision number of this graph. */
  revision: number;
  nodes: ServiceChainNode[];
  edges: ServiceChainEdge[];
  rollout?: Rollout;
  /** How many retired views status remembers; default 20. */
  historyLimit?: number;
}

/**
 * The sides of a view's conservation sum, packets: injected + entered + copied = left + handed + dropped + in flight.
 * Absent = 0.
 */
export interface ConservationCounts {
  injected: number;
  /** From another view of the tenant. */
  entered?: number;
  /** Copies that mirrors owed. */
  copied?: number;
  left: number;
  /** To another view of the tenant. */
  handed?: number;
  dropped: number;
}

export const inFlight = (of: ConservationCounts): number =>
  of.injected + (of.entered ?? 0) + (of.copied ?? 0) - of.left - (of.handed ?? 0) - of.dropped;

/** The outcome of a view that is gone; closed = nothing was in flight any more. */
export interface RetiredView extends ConservationCounts {
  name: string;
  viewId: number;
  revision: number;
  retiredAt: string;
  lost: number;
  closed: boolean;
}

export interface ServiceChainStatus {
  observedGeneration?: number;
  conditions?: Condition[];
  /** The view new packets enter: what is live now. */
  activeView?: { name: string; viewId: number; revision: number };
  /** The view being programmed, if any. */
  pendingView?: { name: string; viewId: number; revision: number };
  retired?: RetiredView[];
}
export type ServiceChain = Resource<"ServiceChain", ServiceChainSpec, ServiceChainStatus>;

/** A node with its place in both directions. */
export interface ViewNode extends ServiceChainNode {
  /** NSH service index forward and reverse: 255 minus the topological index. */
  forwardSi: number;
  reverseSi: number;
}
export interface ServiceChainViewSpec {
  tenant: string;
  tenantId: number;
  chain: string;
  /** 1..255, unique among the tenant's views. */
  viewId: number;
  /** Orders the views of a chain; the newest has the highest. */
  sequence: number;
  revision: number;
  /** Percent of what newer views leave over that this view takes; with keepFlows the only field that may change. */
  weight: number;
  /** Flows that are in the view stay there, whatever its share. */
  keepFlows?: boolean;
  nodes: ViewNode[];
  edges: ServiceChainEdge[];
}
export interface ServiceChainViewStatus {
  observedGeneration?: number;
  conditions?: Condition[];
}
export type ServiceChainView = Resource<"ServiceChainView", ServiceChainViewSpec, ServiceChainViewStatus>;

/** What one pod says of one view. */
export interface PodView {
  /** "<namespace>/<name>" of the ServiceChainView: the key of the list. */
  view: string;
  uid: string;
  programmed: boolean;
  /** Why not, as the data plane's error code in CamelCase ("Cordoned", "LimitExceeded", "PodNotReady", ...). */
  reason?: string;
  message?: string;
  /** Gateways, and pods of nodes that enter other chains: percent of new packets this pod puts into the view. */
  share?: number;
  /** The same: flows that are in the view stay there. */
  keepsFlows?: boolean;
  /** How many they are; absent while this pod has not counted them. */
  keptFlows?: number;
  /** Reported for views whose share is 0 after having been more: the pod's part of the conservation sum. */
  conservation?: ConservationCounts;
}
/** What a pod has done towards another one that is to go, or that one itself. */
export interface PodDrain {
  /** Of the pod that is to go: uid and name. */
  uid: string;
  pod: string;
  /** The stage that is reached, as far as it is up to this pod. */
  stage: DrainStage;
}
export interface PodStatus {
  name: string;
  /** Of the Pod. */
  uid?: string;
  function: string;
  ready: boolean;
  /** It knows the flows that the others of its set know. */
  synced?: boolean;
  drains?: PodDrain[];
  fabricAddress: string;
  /** Times the process was started again. */
  restarts: number;
  views: PodView[];
}
/** What pods of the node that are gone had counted of a view that is still there. */
export interface DepartedCounts {
  view: string;
  uid: string;
  conservation: ConservationCounts;
}
export interface DataplaneNodeStatus {
  conditions?: Condition[];
  /** Where the live stream and /metrics are served, e.g. "http://127.0.0.1:9464". */
  agentAddress?: string;
  cpus?: number;
  memoryBytes?: number;
  hugepagesFree?: number;
  virtualFunctions?: number;
  pods?: PodStatus[];
  departed?: DepartedCounts[];
}
export type DataplaneNode = Resource<"DataplaneNode", Record<string, never>, DataplaneNodeStatus>;

export type NfaasObject =
  | Tenant
  | NetworkFunction
  | FunctionSet
  | Gateway
  | ServiceChain
  | ServiceChainView
  | DataplaneNode;

export type NfaasKind = NfaasObject["kind"];

export const plurals: Record<NfaasKind, string> = {
  Tenant: "tenants",
  NetworkFunction: "networkfunctions",
  FunctionSet: "functionsets",
  Gateway: "gateways",
  ServiceChain: "servicechains",
  ServiceChainView: "servicechainviews",
  DataplaneNode: "dataplanenodes",
};

export type { Action };
