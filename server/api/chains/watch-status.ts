// SPDX-License-Identifier: Apache-2.0
import { watchChainStatus } from "../../chains/watch-chain-status.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";

/** The status now, and again whenever it changes. */
export const watchStatus = tenantProcedure
  .input(chainInput)
  .subscription(({ ctx, input, signal }) => watchChainStatus(ctx.scope, input.chain, signal));
