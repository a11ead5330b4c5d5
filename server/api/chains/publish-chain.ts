// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { publishChain } from "../../chains/publish-chain.ts";
import { chainInput, editorProcedure } from "../trpc.ts";

/** Publishes the saved draft; with `version`, only if that is the draft's version. */
export const publish = editorProcedure
  .input(
    chainInput.extend({ message: z.string().trim().max(500).optional(), version: z.int().min(0).optional() }),
  )
  .mutation(({ ctx, input }) => publishChain(ctx.scope, input));
