// SPDX-License-Identifier: Apache-2.0
import { platformOverview } from "../../platform/overview.ts";
import { operatorProcedure } from "../trpc.ts";

export const overview = operatorProcedure.query(() => platformOverview());
