// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { JWKS } from "oidc-provider";

/** The signing key, made at the first start: a new one at each would void the sign-ins that are under way. */
export function loadKeys(file: string): JWKS {
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as JWKS;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };
  const jwks = { keys: [key] } as unknown as JWKS;
  mkdirSync(dirname(file), { recursive: true });
  // Written aside and moved: a start that is killed leaves no half a key.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(jwks), { mode: 0o600 });
  renameSync(draft, file);
  return jwks;
}
