// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { Issue } from "../issue.ts";
import { parseConfig } from "./classes.ts";

export interface MirrorConfig {
  /** Bytes of a packet that a copy has at most, 20..65535; absent = all. */
  snapLength?: number;
  /** Of the flows, how many are copied, 1..100; absent = 100. */
  percent?: number;
}

export const mirrorConfigSchema = z.strictObject({
  snapLength: z.number().int().optional(),
  percent: z.number().int().optional(),
});

/** The output that copies leave by. */
export const mirrorOutput = "copy";

/** An IPv4 header. */
const minSnapLength = 20;
const maxSnapLength = 65_535;

/** All that is wrong with a mirror's configuration; paths are relative to it. */
export function validateMirror(input: unknown): Issue[] {
  const { config, issues, report } = parseConfig<MirrorConfig>(mirrorConfigSchema, input, "NF701");
  if (!config) return issues;
  const { snapLength, percent } = config;
  if (snapLength !== undefined && (snapLength < minSnapLength || snapLength > maxSnapLength))
    report("NF702", "snapLength", `${snapLength} bytes: a copy has ${minSnapLength} to ${maxSnapLength}.`);
  if (percent !== undefined && (percent < 1 || percent > 100))
    report("NF703", "percent", `${percent} %: a mirror copies 1 to 100 percent of the flows.`);
  return issues;
}
