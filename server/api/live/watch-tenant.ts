// SPDX-License-Identifier: Apache-2.0
import { watchTenant } from "../../telemetry/watch-tenant.ts";
import { tenantProcedure } from "../trpc.ts";
import { liveInput } from "./live-input.ts";

export const tenant = tenantProcedure
  .input(liveInput)
  .subscription(({ ctx, input, signal }) => watchTenant(ctx.scope, input.lastEventId, signal));
