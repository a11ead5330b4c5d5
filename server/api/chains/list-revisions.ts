// SPDX-License-Identifier: Apache-2.0
import { listRevisions } from "../../chains/list-revisions.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";

/** Newest first. */
export const revisions = tenantProcedure
  .input(chainInput)
  .query(({ ctx, input }) => listRevisions(ctx.scope, input.chain));
