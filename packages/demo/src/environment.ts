// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";

const users = z.array(z.object({ email: z.email(), password: z.string().min(1) }));

const schema = z.object({
  /** Folder of the instance's state. */
  NFAAS_STATE: z.string().min(1),
  NFAAS_IDP_PORT: z.coerce.number().int().min(0).max(65_535),
  /** Where the console is. */
  NFAAS_URL: z.url(),
  NFAAS_IDP_CLIENT_SECRET: z.string().min(16),
  NFAAS_IDP_COOKIE_SECRET: z.string().min(16),
  /** JSON: [{"email", "password"}] */
  NFAAS_IDP_USERS: z.string().transform((text) => users.parse(JSON.parse(text))),
});
export type DemoEnvironment = z.infer<typeof schema>;

/** Throws with every variable that is missing or wrong. */
export function readEnvironment(source: Record<string, string | undefined>): DemoEnvironment {
  return schema.parse(source);
}
