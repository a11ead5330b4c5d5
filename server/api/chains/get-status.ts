// SPDX-License-Identifier: Apache-2.0
import { getChainStatus } from "../../chains/get-chain-status.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";

export const status = tenantProcedure
  .input(chainInput)
  .query(({ ctx, input }) => getChainStatus(ctx.scope, input.chain));
