// SPDX-License-Identifier: Apache-2.0
import { listEnterable } from "../../chains/list-enterable.ts";
import { tenantProcedure } from "../trpc.ts";

export const enterable = tenantProcedure.query(({ ctx }) => listEnterable(ctx.scope));
