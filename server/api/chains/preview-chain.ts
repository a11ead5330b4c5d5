// SPDX-License-Identifier: Apache-2.0
import { previewChain } from "../../chains/preview-chain.ts";
import { graphInput } from "../graph-input.ts";
import { chainInput, tenantProcedure } from "../trpc.ts";

/** What a publish of this graph would do, without doing it. */
export const preview = tenantProcedure
  .input(chainInput.extend({ graph: graphInput }))
  .query(({ ctx, input }) => previewChain(ctx.scope, input));
