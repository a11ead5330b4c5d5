// SPDX-License-Identifier: Apache-2.0
import { deleteChain } from "../../chains/delete-chain.ts";
import { chainInput, editorProcedure } from "../trpc.ts";

/** Takes the chain out of service; its revisions and audit events stay. */
export const remove = editorProcedure
  .input(chainInput)
  .mutation(({ ctx, input }) => deleteChain(ctx.scope, input.chain));
