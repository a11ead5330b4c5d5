// SPDX-License-Identifier: Apache-2.0
import { getChain } from "../../chains/get-chain.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";

export const get = tenantProcedure
  .input(chainInput)
  .query(({ ctx, input }) => getChain(ctx.scope, input.chain));
