// SPDX-License-Identifier: Apache-2.0
// What functions with a list of classes check alike.
import type { z } from "zod";
import { namePattern } from "../graph.ts";
import type { Issue, IssueCode } from "../issue.ts";
import { formatPath, type Report } from "./firewall.ts";

/** The data plane's limit of classes in one node. */
const maxClasses = 64;

interface Parsed<Config> {
  /** undefined when it is not of the schema's shape; `issues` then says why. */
  config: Config | undefined;
  issues: Issue[];
  report: Report;
}

/** Reads a configuration of unknown shape; what is reported later is added to `issues`. */
export function parseConfig<Config>(schema: z.ZodType, input: unknown, code: IssueCode): Parsed<Config> {
  const issues: Issue[] = [];
  const report: Report = (code, path, message, extra) => {
    issues.push({ code, severity: "error", message, path, ...extra });
  };
  const parsed = schema.safeParse(input);
  for (const i of parsed.error?.issues ?? []) report(code, formatPath(i.path), i.message);
  return { config: parsed.success ? (parsed.data as Config) : undefined, issues, report };
}

interface NameCodes {
  invalid: IssueCode;
  twice: IssueCode;
  many: IssueCode;
  maxLength: number;
  /** The field of a class that holds its name. */
  field: string;
}

export function checkClassNames(names: readonly string[], codes: NameCodes, report: Report): void {
  if (names.length > maxClasses)
    report(codes.many, "classes", `${names.length} classes; at most ${maxClasses} are possible.`);
  const seen = new Set<string>();
  names.forEach((name, i) => {
    const path = `classes[${i}].${codes.field}`;
    if (!namePattern.test(name) || name.length > codes.maxLength) {
      const message = `"${name}": use lower-case letters, digits and dashes, at most ${codes.maxLength}.`;
      report(codes.invalid, path, message);
    }
    if (seen.has(name)) report(codes.twice, path, `Two classes are called "${name}"; rename one.`);
    seen.add(name);
  });
}
