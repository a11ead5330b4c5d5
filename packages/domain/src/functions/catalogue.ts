// SPDX-License-Identifier: Apache-2.0
// The network functions this release knows: one entry each. The platform publishes them as NetworkFunction objects.
import { z } from "zod";
import type { Issue } from "../issue.ts";
import { firewallConfigSchema, validateFirewall } from "./firewall.ts";

export interface FunctionKind {
  name: string;
  displayName: string;
  description: string;
  /** Names of the outputs edges may hang on; empty = one unnamed output. */
  outputs: readonly string[];
  /** What a node dropped on the canvas starts with. */
  defaultConfig: unknown;
  /** JSON Schema of the configuration. */
  configSchema: Record<string, unknown>;
  /** Paths are relative to the configuration. */
  validate(config: unknown): Issue[];
}

const firewall: FunctionKind = {
  name: "firewall",
  displayName: "Firewall",
  description:
    "Stateful packet filter: ordered rules on prefixes, protocol and ports; replies of allowed flows pass.",
  outputs: [],
  defaultConfig: {
    rules: [{ name: "allow-ping", action: "allow", protocol: "icmp" }],
    defaultAction: "deny",
  },
  configSchema: z.toJSONSchema(firewallConfigSchema, { io: "input", target: "draft-7" }) as Record<
    string,
    unknown
  >,
  validate: validateFirewall,
};

export const functionKinds: Readonly<Record<string, FunctionKind>> = { firewall };
