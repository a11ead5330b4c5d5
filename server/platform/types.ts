// SPDX-License-Identifier: Apache-2.0
// What the platform operator's dashboard shows. Times are Unix milliseconds.
import type { Condition, DrainStage } from "@nfaas/domain";
import type { LiveDropRate, LivePoint, LiveSourceState } from "../telemetry/types.ts";

export interface PlatformNode {
  name: string;
  agentAddress: string | null;
  ready: boolean;
  cpus: number | null;
  memoryBytes: number | null;
  hugepagesFree: number | null;
  virtualFunctions: number | null;
  /** The console's own connection to the agent's live stream. */
  stream: LiveSourceState | null;
  conditions: Condition[];
}

export interface PlatformPod {
  name: string;
  node: string;
  function: string;
  ready: boolean;
  restarts: number;
  fabricAddress: string;
  /** CPU of the I/O thread, in cores. */
  ioCpuCores: number | null;
  tenants: {
    tenant: string;
    cpuCores: number;
    sharedWorker: boolean;
    queueDepth: number;
    queueCapacity: number;
    buffers: number;
    bufferQuota: number;
    flows: number;
  }[];
  malformedPackets: number | null;
  /** Pods whose probes it leaves unanswered. */
  unansweredBy: string[];
  /** Null = it shares its flows with nobody. */
  sharing: PodSharing | null;
  /** What has been taken from it, since it is to go; null = it stays. */
  drain: DrainStage | null;
}

export interface PodSharing {
  /** It knows what the others knew when it came. */
  synced: boolean;
  members: { pod: string; connected: boolean; lagMs: number }[];
}

export interface PlatformTenant {
  name: string;
  displayName: string;
  tenantId: number;
  chains: number;
  live: LivePoint | null;
  cpuCores: number;
  drops: LiveDropRate[];
}

export type ViewState = "programming" | "programmed" | "active" | "draining" | "deleting";

export interface PlatformView {
  /** "<namespace>/<name>" of the ServiceChainView. */
  view: string;
  tenant: string;
  chain: string;
  viewId: number;
  revision: number;
  /** Percent of new packets that it takes, where it takes most; null before anybody reports. */
  share: number | null;
  state: ViewState;
  /** Established flows that stay in it while it drains; null = it keeps none, or nobody has counted them yet. */
  keptFlows: number | null;
  /** Pods that programmed it, and pods that report on it. */
  programmedPods: number;
  pods: number;
  /**
   * Packets, of pods that report now; null before the first sample. In: injected, entered from other views, copied by mirrors.
   * Out: left, handed to other views. What is neither out nor dropped is in flight.
   */
  in: number | null;
  out: number | null;
  dropped: number | null;
  inFlight: number | null;
  message: string | null;
}

export interface PlatformCapacity {
  nodes: number;
  cpus: number;
  memoryBytes: number;
  hugepagesFree: number;
  virtualFunctions: number;
  pods: number;
  readyPods: number;
  /** CPU all pods use now, in cores. */
  usedCpuCores: number;
}

export interface PlatformOverview {
  time: number;
  /** Null when the Kubernetes API answers; else since when and why it doesn't. */
  kubernetesProblem: string | null;
  nodes: PlatformNode[];
  pods: PlatformPod[];
  tenants: PlatformTenant[];
  views: PlatformView[];
  capacity: PlatformCapacity;
}
