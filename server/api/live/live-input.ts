// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";

/** tRPC fills lastEventId in when a browser reconnects; ours are the sample's time in Unix milliseconds. */
export const liveInput = z.object({
  lastEventId: z
    .string()
    .regex(/^\d{1,15}$/)
    .nullish(),
});
