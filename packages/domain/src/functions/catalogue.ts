// SPDX-License-Identifier: Apache-2.0
// The network functions this release knows: one entry each. The platform publishes them as NetworkFunction objects.
import { z } from "zod";
import type { Issue } from "../issue.ts";
import type { CostModel } from "../kubernetes/objects.ts";
import {
  classifierConfigSchema,
  classifierEnters,
  classifierOutputs,
  type Enter,
  validateClassifier,
} from "./classifier.ts";
import { firewallConfigSchema, validateFirewall } from "./firewall.ts";
import { mirrorConfigSchema, mirrorOutput, validateMirror } from "./mirror.ts";
import { natConfigSchema, validateNat } from "./nat.ts";
import { rateLimiterConfigSchema, validateRateLimiter } from "./rate-limiter.ts";
import { validateWebGateway, webGatewayConfigSchema, webGatewayOutputs } from "./web-gateway.ts";

export interface FunctionKind {
  name: string;
  displayName: string;
  description: string;
  /** Names of the outputs edges may hang on; empty = one unnamed output. */
  outputs: readonly string[];
  /** The one that edges without an output serve too; the function itself settles what others without an edge would carry. */
  mainOutput?: string;
  /** What a node dropped on the canvas starts with. */
  defaultConfig: unknown;
  /** JSON Schema of the configuration. */
  configSchema: Record<string, unknown>;
  cost: CostModel;
  /** Paths are relative to the configuration. */
  validate(config: unknown): Issue[];
  /** Outputs that the configuration names, beside `outputs`. */
  outputsOf?(config: unknown): readonly string[];
  /** Which of its outputs lead into other chains. */
  entersOf?(config: unknown): readonly Enter[];
  /** What leaves by `outputs` are copies: they go to taps only, and one that leads nowhere loses nothing. */
  copies?: boolean;
}

const schemaOf = (schema: z.ZodType): Record<string, unknown> =>
  z.toJSONSchema(schema, { io: "input", target: "draft-7" }) as Record<string, unknown>;

/** Figures of `./nfaas bench costs`, as docs/benchmarks.md has them. */
const cost = (cyclesPerPacket: number, cyclesPerKilobyte: number, cyclesPerNewFlow: number): CostModel => ({
  cyclesPerPacket,
  cyclesPerKilobyte,
  cyclesPerNewFlow,
});

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
  configSchema: schemaOf(firewallConfigSchema),
  cost: cost(322, 107, 47),
  validate: validateFirewall,
};

const rateLimiter: FunctionKind = {
  name: "rate-limiter",
  displayName: "Rate limiter",
  description:
    "Token buckets per traffic class: single-rate or two-rate three-colour meters (RFC 2697, RFC 2698) that drop or mark.",
  outputs: [],
  defaultConfig: {
    classes: [
      {
        name: "all",
        meter: {
          kind: "single-rate",
          committedBitsPerSecond: 10_000_000,
          committedBurstBytes: 125_000,
          excessBurstBytes: 0,
        },
      },
    ],
  },
  configSchema: schemaOf(rateLimiterConfigSchema),
  cost: cost(341, 100, 34),
  validate: validateRateLimiter,
};

const classifier: FunctionKind = {
  name: "classifier",
  displayName: "Classifier",
  description:
    "Branches the chain: each class, by addresses, ports, DSCP, packet length or a share of the flows, has an output of its own, or enters another chain.",
  outputs: [],
  defaultConfig: { classes: [{ output: "class-1", match: { protocol: "udp" } }] },
  configSchema: schemaOf(classifierConfigSchema),
  cost: cost(330, 116, 48),
  validate: validateClassifier,
  outputsOf: classifierOutputs,
  entersOf: classifierEnters,
};

const nat: FunctionKind = {
  name: "nat",
  displayName: "NAT",
  description:
    "Source NAT for IPv4: hosts are seen outside by public addresses, and nobody outside begins a flow. For IPv6, prefixes are translated one to one.",
  outputs: [],
  defaultConfig: { publicPrefixes: ["192.0.2.8/30"] },
  configSchema: schemaOf(natConfigSchema),
  cost: cost(398, 151, 84),
  validate: validateNat,
};

const webGateway: FunctionKind = {
  name: "web-gateway",
  displayName: "Web gateway",
  description:
    "Allows and denies sites by name: TLS server name, HTTP host, QUIC. Lists of domains with wildcards; denied connections are reset, requests get a page.",
  outputs: webGatewayOutputs,
  mainOutput: "allowed",
  defaultConfig: {
    lists: [{ name: "blocked", action: "deny", domains: [] }],
    unlisted: "allow",
    hidden: "deny",
  },
  configSchema: schemaOf(webGatewayConfigSchema),
  cost: cost(336, 97, 54),
  validate: validateWebGateway,
};

const mirror: FunctionKind = {
  name: "mirror",
  displayName: "Mirror",
  description:
    "Sends a copy of each packet, or of a share of the flows, to a tap. The original goes on and never waits for it.",
  outputs: [mirrorOutput],
  defaultConfig: {},
  configSchema: schemaOf(mirrorConfigSchema),
  cost: cost(297, 180, 31),
  validate: validateMirror,
  copies: true,
};

export const functionKinds: Readonly<Record<string, FunctionKind>> = {
  firewall,
  "rate-limiter": rateLimiter,
  classifier,
  nat,
  "web-gateway": webGateway,
  mirror,
};
