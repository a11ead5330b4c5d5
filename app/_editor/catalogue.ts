// SPDX-License-Identifier: Apache-2.0
// What a graph may refer to, as the editor needs it: for the palette and for validation.
import { functionKinds, type GraphContext, type Issue } from "@nfaas/domain";
import type { RouterOutputs } from "@/server/api/router.ts";

export interface EditorCatalogue {
  attachments: RouterOutputs["attachments"]["list"];
  functions: RouterOutputs["catalogue"]["list"];
}

/** Functions this release can't check (newer in the catalogue) count as valid here; the server decides. */
const unchecked = (): Issue[] => [];

export function graphContext({ attachments, functions }: EditorCatalogue): GraphContext {
  const known = functions.map(({ name, outputs }) => {
    const kind = Object.hasOwn(functionKinds, name) ? functionKinds[name] : undefined;
    return [name, { outputs, validate: kind?.validate ?? unchecked }] as const;
  });
  return { attachments: attachments.map(({ name }) => name), functions: Object.fromEntries(known) };
}
