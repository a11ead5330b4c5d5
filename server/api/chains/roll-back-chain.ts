// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { rollBackChain } from "../../chains/roll-back-chain.ts";
import { chainInput, editorProcedure } from "../trpc.ts";

/** Publishes an older revision's graph as a new revision. */
export const rollback = editorProcedure
  .input(chainInput.extend({ revision: z.int().min(1) }))
  .mutation(({ ctx, input }) => rollBackChain(ctx.scope, input));
