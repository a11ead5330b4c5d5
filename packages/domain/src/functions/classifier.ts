// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { namePattern } from "../graph.ts";
import type { Issue } from "../issue.ts";
import { checkClassNames, parseConfig } from "./classes.ts";
import { checkPacketMatch, type PacketMatch, packetMatchSchema } from "./packet-match.ts";

export interface ClassifierClass {
  /** Name of the output its packets leave by; unique in the node, and the key of its counter. */
  output: string;
  match?: PacketMatch;
  /** Of the flows that match and that no class before has taken, how many this one takes, 1..100; absent = 100. */
  percent?: number;
  /** Another chain of the tenant, whose way its packets go on, there and back; while that carries nothing they leave by the output. */
  enter?: string;
}

export interface ClassifierConfig {
  /** The first that takes a packet decides; what none takes leaves by the unnamed output. */
  classes: ClassifierClass[];
}

/** That what would leave by an output goes into another chain. */
export interface Enter {
  chain: string;
  output: string;
  path: string;
}

export const classifierConfigSchema = z.strictObject({
  classes: z.array(
    z.strictObject({
      output: z.string(),
      match: packetMatchSchema.optional(),
      percent: z.number().int().optional(),
      enter: z.string().optional(),
    }),
  ),
});

const maxNameLength = 63;

/** All that is wrong with a classifier's configuration; paths are relative to it. */
export function validateClassifier(input: unknown): Issue[] {
  const { config, issues, report } = parseConfig<ClassifierConfig>(classifierConfigSchema, input, "NF401");
  if (!config) return issues;
  checkClassNames(
    config.classes.map((c) => c.output),
    { invalid: "NF402", twice: "NF403", many: "NF404", maxLength: maxNameLength, field: "output" },
    report,
  );
  config.classes.forEach(({ match, percent = 100, enter }, i) => {
    checkPacketMatch(match, `classes[${i}].match`, report);
    if (percent < 1 || percent > 100)
      report("NF405", `classes[${i}].percent`, `${percent} %: a class takes 1 to 100 percent of its flows.`);
    if (enter !== undefined && !namePattern.test(enter))
      report("NF801", `classes[${i}].enter`, `"${enter}" can't be a chain: choose one of yours, or none.`);
  });
  return issues;
}

const classesOf = (config: unknown): (Partial<ClassifierClass> | null)[] => {
  const classes = (config as Partial<ClassifierConfig> | null | undefined)?.classes;
  return Array.isArray(classes) ? classes : [];
};

/** The chains that a configuration enters, also one that is not valid yet; paths are relative to it. */
export const classifierEnters = (config: unknown): Enter[] =>
  classesOf(config).flatMap((c, i) =>
    typeof c?.enter === "string" && namePattern.test(c.enter)
      ? [{ chain: c.enter, output: c.output ?? "", path: `classes[${i}].enter` }]
      : [],
  );

/** The outputs a configuration has, also of one that is not valid yet. */
export function classifierOutputs(config: unknown): string[] {
  return classesOf(config).flatMap((c) =>
    typeof c?.output === "string" && c.output !== "" ? [c.output] : [],
  );
}
