// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { getRevision } from "../../chains/get-revision.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";

export const revision = tenantProcedure
  .input(chainInput.extend({ revision: z.int().min(1) }))
  .query(({ ctx, input }) => getRevision(ctx.scope, input));
