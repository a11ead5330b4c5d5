// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { saveDraft } from "../../chains/save-draft.ts";
import { graphInput } from "../graph-input.ts";
import { chainInput, editorProcedure } from "../trpc.ts";

export const saveDraftProcedure = editorProcedure
  .input(chainInput.extend({ graph: graphInput, version: z.int().min(0) }))
  .mutation(({ ctx, input }) => saveDraft(ctx.scope, input));
