// SPDX-License-Identifier: Apache-2.0
import { type ChainGraph, graphSchema } from "@nfaas/domain";
import type { z } from "zod";

/** A drawn graph's shape. What is wrong beyond that is told as issues: a draft may be wrong, a revision not. */
export const graphInput = graphSchema as unknown as z.ZodType<ChainGraph>;
