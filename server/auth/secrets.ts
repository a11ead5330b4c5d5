// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

/** 256 bits, URL-safe. */
export const randomToken = (): string => randomBytes(32).toString("base64url");

/** What is stored of a token: whoever reads the database can't use it. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("base64url");

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/** A key of its own for each purpose (RFC 5869), so that what was sealed for one can't be passed off as another's. */
const keyFor = (secret: string, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, "nfaas", purpose, 32));

/** Encrypts and authenticates (AES-256-GCM): nonce, tag and ciphertext in base64url. */
export function seal(secret: string, purpose: string, text: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyFor(secret, purpose), nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64url");
}

/** Throws when it was sealed with another secret or for another purpose, or was changed. */
export function unseal(secret: string, purpose: string, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64url");
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, keyFor(secret, purpose), nonce, { authTagLength: tagBytes });
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  return decipher.update(bytes.subarray(nonceBytes + tagBytes), undefined, "utf8") + decipher.final("utf8");
}

/** Purpose of sealed client secrets in sso_providers. */
export const clientSecretPurpose = "sso client secret";
/** Purpose of sealed nonces and PKCE verifiers in sign_in_attempts. */
export const attemptPurpose = "sign-in attempt";
