// SPDX-License-Identifier: Apache-2.0
import { liveHistory } from "../../telemetry/live-history.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";

/** The last 10 minutes, one point a second; of one chain when named, else of the whole tenant. */
export const history = tenantProcedure
  .input(chainInput.partial())
  .query(({ ctx, input }) => liveHistory(ctx.scope, input.chain));
