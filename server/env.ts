// SPDX-License-Identifier: Apache-2.0
// The only reader of the console's environment. Read at first use, so that a build needs none of it.
import { z } from "zod";

const schema = z.object({
  /** Where browsers reach the console, without a path: "https://nfaas.example". */
  NFAAS_URL: z.url().default("http://127.0.0.1:3000"),
  /** PostgreSQL as role nfaas_app (row-level security). */
  DATABASE_URL: z.string().min(1),
  /** PostgreSQL as role nfaas_auth (sign-in tables only). */
  AUTH_DATABASE_URL: z.string().min(1),
  /** At least 32 characters; seals what is secret at rest. */
  AUTH_SECRET: z.string().min(32),
  /** Path of a kubeconfig; absent inside a cluster. */
  KUBECONFIG: z.string().optional(),
  /** Bearer token of the agents' live streams. */
  NFAAS_AGENT_TOKEN: z.string().optional(),
  /** "1" lets identity providers be reached over plain HTTP: the demo's is, on loopback. */
  NFAAS_ALLOW_HTTP_IDP: z.string().optional(),
});

export interface Env {
  /** Origin, without a trailing slash. */
  url: string;
  https: boolean;
  databaseUrl: string;
  authDatabaseUrl: string;
  authSecret: string;
  kubeconfig: string | undefined;
  agentToken: string | undefined;
  allowHttpProvider: boolean;
}

export function readEnv(source: Record<string, string | undefined>): Env {
  const parsed = schema.safeParse(source);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`The environment is not complete. ${names.join("; ")}`);
  }
  const values = parsed.data;
  const url = new URL(values.NFAAS_URL);
  return {
    url: url.origin,
    https: url.protocol === "https:",
    databaseUrl: values.DATABASE_URL,
    authDatabaseUrl: values.AUTH_DATABASE_URL,
    authSecret: values.AUTH_SECRET,
    kubeconfig: values.KUBECONFIG,
    agentToken: values.NFAAS_AGENT_TOKEN,
    allowHttpProvider: values.NFAAS_ALLOW_HTTP_IDP === "1",
  };
}

let known: Env | undefined;
export function env(): Env {
  known ??= readEnv(process.env);
  return known;
}
