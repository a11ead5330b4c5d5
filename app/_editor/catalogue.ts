// SPDX-License-Identifier: Apache-2.0
// What a graph may refer to, as the editor needs it: for the palette and for validation.
import { functionKinds, type GraphContext, type Issue, tapsOf } from "@nfaas/domain";
import type { RouterOutputs } from "@/server/api/router.ts";

export interface EditorCatalogue {
  attachments: RouterOutputs["attachments"]["list"];
  functions: RouterOutputs["catalogue"]["list"];
  /** Others of the tenant. */
  chains: RouterOutputs["chains"]["enterable"];
}

/** Functions this release can't check (newer in the catalogue) count as valid here; the server decides. */
const unchecked = (): Issue[] => [];

export function graphContext({ attachments, functions, chains }: EditorCatalogue): GraphContext {
  const known = functions.map(({ name, outputs }) => {
    const kind = Object.hasOwn(functionKinds, name) ? functionKinds[name] : undefined;
    const outputsOf = kind?.outputsOf && { outputsOf: kind.outputsOf };
    const entersOf = kind?.entersOf && { entersOf: kind.entersOf };
    const mainOutput = kind?.mainOutput !== undefined && { mainOutput: kind.mainOutput };
    const copies = kind?.copies && { copies: kind.copies };
    const validate = oncePerConfig(kind?.validate ?? unchecked);
    return [name, { outputs, validate, ...outputsOf, ...entersOf, ...mainOutput, ...copies }] as const;
  });
  return {
    attachments: attachments.map(({ name }) => name),
    taps: tapsOf(attachments),
    chains: Object.fromEntries(chains.map(({ name, entries }) => [name, entries])),
    functions: Object.fromEntries(known),
  };
}

/** Configurations are immutable: one that was checked isn't checked again when another node changes. */
function oncePerConfig(validate: (config: unknown) => Issue[]): (config: unknown) => Issue[] {
  const known = new WeakMap<object, Issue[]>();
  return (config) => {
    if (typeof config !== "object" || config === null) return validate(config);
    const issues = known.get(config) ?? validate(config);
    known.set(config, issues);
    return issues;
  };
}
