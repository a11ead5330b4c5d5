// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { createChain } from "../../chains/create-chain.ts";
import { chainInput, editorProcedure } from "../trpc.ts";

export const create = editorProcedure
  .input(chainInput.extend({ title: z.string().trim().max(120).optional() }))
  .mutation(({ ctx, input }) => createChain(ctx.scope, { name: input.chain, title: input.title }));
