// SPDX-License-Identifier: Apache-2.0
import { watchOverview } from "../../platform/watch-overview.ts";
import { operatorProcedure } from "../trpc.ts";

/** The overview once a second. */
export const watch = operatorProcedure.subscription(({ signal }) => watchOverview(signal));
