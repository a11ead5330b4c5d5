// SPDX-License-Identifier: Apache-2.0
import { listAttachments } from "../../catalogue/list-attachments.ts";
import { tenantProcedure } from "../trpc.ts";

export const list = tenantProcedure.query(({ ctx }) => listAttachments(ctx.scope));
