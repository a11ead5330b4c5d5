// SPDX-License-Identifier: Apache-2.0
// The shape of a graph that comes from outside (a browser, a file). What the shape can't say is in validate-graph.ts.
import { z } from "zod";
import { portRangeSchema, protocolSchema } from "../functions/firewall.ts";
import { maxKeepFlowsSeconds } from "../graph.ts";

const position = z.object({ x: z.number(), y: z.number() });

const nodeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("attachment"), name: z.string(), attachment: z.string(), position }),
  z.strictObject({
    kind: z.literal("function"),
    name: z.string(),
    function: z.string(),
    config: z.unknown(),
    position,
  }),
]);

const edgeMatchSchema = z.strictObject({
  sources: z.array(z.string()).optional(),
  destinations: z.array(z.string()).optional(),
  protocol: protocolSchema.optional(),
  destinationPorts: portRangeSchema.optional(),
});

const edgeSchema = z.strictObject({
  name: z.string(),
  from: z.string(),
  to: z.string(),
  output: z.string().optional(),
  match: edgeMatchSchema.optional(),
});

/** Bounds as in the CRD. */
const rolloutSchema = z.strictObject({
  drainDeadlineSeconds: z.int().min(1).max(3600).optional(),
  drain: z.enum(["packets", "flows"]).optional(),
  keepFlowsSeconds: z.int().min(1).max(maxKeepFlowsSeconds).optional(),
});

export const graphSchema = z.strictObject({
  nodes: z.array(nodeSchema),
  edges: z.array(edgeSchema),
  rollout: rolloutSchema.optional(),
});
