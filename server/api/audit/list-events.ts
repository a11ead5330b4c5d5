// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { listAuditEvents } from "../../audit/list-audit-events.ts";
import { tenantProcedure } from "../trpc.ts";

/** Newest first; pass `nextCursor` back to go on. */
export const list = tenantProcedure
  .input(
    z.object({
      cursor: z
        .string()
        .regex(/^\d{1,18}$/)
        .nullish(),
      limit: z.int().min(1).max(200).default(50),
    }),
  )
  .query(({ ctx, input }) => listAuditEvents(ctx.scope, input));
