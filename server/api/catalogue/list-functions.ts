// SPDX-License-Identifier: Apache-2.0
import { listFunctions } from "../../catalogue/list-functions.ts";
import { tenantProcedure } from "../trpc.ts";

export const list = tenantProcedure.query(() => listFunctions());
