// SPDX-License-Identifier: Apache-2.0
// The settings of a function: one panel each. A function without one has no settings to show.
import type { FunctionNode, Issue } from "@nfaas/domain";
import type { ComponentType } from "react";
import { ClassifierPanel } from "./classifier-panel.tsx";
import { FirewallPanel } from "./firewall-panel.tsx";
import { MirrorPanel } from "./mirror-panel.tsx";
import { NatPanel } from "./nat-panel.tsx";
import { RateLimiterPanel } from "./rate-limiter-panel.tsx";
import { WebGatewayPanel } from "./web-gateway-panel.tsx";

export interface FunctionPanelProps {
  node: FunctionNode;
  issues: readonly Issue[];
  /** The tenant's other chains. */
  chains: readonly string[];
  readOnly: boolean;
  /** `field`: changes of one field are one step of undo. */
  onChange: (config: unknown, field?: string) => void;
  onSeal: () => void;
}

const panels: Readonly<Record<string, ComponentType<FunctionPanelProps>>> = {
  firewall: FirewallPanel,
  "rate-limiter": RateLimiterPanel,
  classifier: ClassifierPanel,
  nat: NatPanel,
  "web-gateway": WebGatewayPanel,
  mirror: MirrorPanel,
};

export const functionPanel = (name: string): ComponentType<FunctionPanelProps> | undefined =>
  Object.hasOwn(panels, name) ? panels[name] : undefined;
