// SPDX-License-Identifier: Apache-2.0
// What the platform runs: network functions, the sets of pods that run them, and gateways.
import type { Condition, Resource } from "./resource.ts";

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
