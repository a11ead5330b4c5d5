// SPDX-License-Identifier: Apache-2.0
import { watchChain } from "../../telemetry/watch-chain.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";
import { liveInput } from "./live-input.ts";

export const chain = tenantProcedure
  .input(chainInput.extend(liveInput.shape))
  .subscription(({ ctx, input, signal }) => watchChain(ctx.scope, input.chain, input.lastEventId, signal));
