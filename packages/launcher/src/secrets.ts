// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { chmodSync } from "node:fs";
import { readJson, writeJson } from "./files.ts";
import type { StatePaths } from "./paths.ts";

/** Demo accounts. They exist only in the embedded identity provider, with passwords made at the first start. */
export const demoUsers = [
  "alice@acme.example",
  "bob@acme.example",
  "gina@globex.example",
  "op@nfaas.example",
] as const;
export type DemoUser = (typeof demoUsers)[number];

export const kubeUsers = ["admin", "operator", "agent", "console"] as const;
export type KubeUser = (typeof kubeUsers)[number];

export interface Secrets {
  readonly databaseOwner: string;
  readonly databaseApp: string;
  readonly databaseAuth: string;
  /** Signs the console's session cookies. */
  readonly authSecret: string;
  /** Bearer token of the agent's live stream and metrics. */
  readonly agentToken: string;
  readonly identityProviderClient: string;
  readonly identityProviderCookie: string;
  readonly kubeTokens: Readonly<Record<KubeUser, string>>;
  readonly demoPasswords: Readonly<Record<DemoUser, string>>;
}

/** 192 bits, without characters that a URL or a shell would change. */
const newToken = (): string => randomBytes(24).toString("base64url");

/** 60 bits in groups a person can type. */
function newPassword(): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789a"; // 32 letters, none that look alike
  const letters = [...randomBytes(12)].map((byte) => alphabet[byte % 32]).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

function fromEach<K extends string>(names: readonly K[], make: () => string): Record<K, string> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<K, string>;
}

function createSecrets(): Secrets {
  return {
    databaseOwner: newToken(),
    databaseApp: newToken(),
    databaseAuth: newToken(),
    authSecret: newToken(),
    agentToken: newToken(),
    identityProviderClient: newToken(),
    identityProviderCookie: newToken(),
    kubeTokens: fromEach(kubeUsers, newToken),
    demoPasswords: fromEach(demoUsers, newPassword),
  };
}

/** The instance's secrets, made at its first start; the file is readable by its owner alone. */
export function loadSecrets(paths: StatePaths): Secrets {
  const known = readJson<Partial<Secrets>>(paths.secrets);
  const secrets: Secrets = { ...createSecrets(), ...known };
  if (known === undefined || Object.keys(secrets).length > Object.keys(known).length)
    writeJson(paths.secrets, secrets, 0o600);
  chmodSync(paths.secrets, 0o600);
  return secrets;
}
