// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { discardDraft } from "../../chains/discard-draft.ts";
import { chainInput, editorProcedure } from "../trpc.ts";

/** The draft becomes the newest revision's graph again (an empty one when nothing was published). */
export const discardDraftProcedure = editorProcedure
  .input(chainInput.extend({ version: z.int().min(0) }))
  .mutation(({ ctx, input }) => discardDraft(ctx.scope, input));
