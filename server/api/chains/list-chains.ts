// SPDX-License-Identifier: Apache-2.0
import { listChains } from "../../chains/list-chains.ts";
import { tenantProcedure } from "../trpc.ts";

export const list = tenantProcedure.query(({ ctx }) => listChains(ctx.scope));
