// SPDX-License-Identifier: Apache-2.0
import { explainFlowSchema, explainPacketsMax } from "@nfaas/domain";
import { z } from "zod";
import { explainPackets } from "../../explain/explain-packets.ts";
import { tenantProcedure } from "../trpc.ts";

/** What every hop decides on the next packets of a flow. It changes nothing of the tenant's: whoever may look may ask. */
export const packets = tenantProcedure
  .input(z.object({ flow: explainFlowSchema, packets: z.int().min(1).max(explainPacketsMax) }))
  .query(({ ctx, input }) => explainPackets(ctx.scope, input));
