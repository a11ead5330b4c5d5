// SPDX-License-Identifier: Apache-2.0
import * as oidc from "openid-client";
import { withDatabase } from "../db/client.ts";
import type { SsoProvider } from "../db/generated/client.ts";
import { AppError, ErrorCode } from "../errors.ts";
import { services } from "../services.ts";
import { clientSecretPurpose, unseal } from "./secrets.ts";

/** A provider's metadata and keys are asked for again after this time. */
const discoveryMs = 5 * 60_000;
const requestTimeoutSeconds = 10;

interface Discovered {
  at: number;
  /** What it was discovered for: a changed row makes it stale. */
  row: string;
  configuration: oidc.Configuration;
}
const discovered = new Map<string, Discovered>();

/** Undefined when no provider speaks for the domain. */
export const providerOfDomain = (mailDomain: string): Promise<SsoProvider | null> =>
  withDatabase(() => services().authDb.ssoProvider.findUnique({ where: { mailDomain } }));

export const providerByName = (name: string): Promise<SsoProvider | null> =>
  withDatabase(() => services().authDb.ssoProvider.findUnique({ where: { name } }));

/** Each provider has a redirect URI of its own, so that one can't answer in another's place (RFC 9700 section 4.4.2.2). */
export const redirectUri = (provider: Pick<SsoProvider, "name">): string =>
  `${services().env.url}/api/auth/callback/${provider.name}`;

async function discover({ issuer, clientId, clientSecretSealed }: SsoProvider): Promise<oidc.Configuration> {
  const { env } = services();
  const secret = unseal(env.authSecret, clientSecretPurpose, clientSecretSealed);
  const options = {
    timeout: requestTimeoutSeconds,
    ...(env.allowHttpProvider ? { execute: [oidc.allowInsecureRequests] } : {}),
  };
  return oidc.discovery(new URL(issuer), clientId, secret, oidc.ClientSecretBasic(secret), options);
}

/** The provider as the OpenID library knows it. Throws PROVIDER_UNAVAILABLE. */
export async function openIdConfiguration(provider: SsoProvider): Promise<oidc.Configuration> {
  const row = `${provider.issuer} ${provider.clientId} ${provider.clientSecretSealed}`;
  const known = discovered.get(provider.id);
  if (known && known.row === row && Date.now() - known.at < discoveryMs) return known.configuration;
  try {
    const configuration = await discover(provider);
    discovered.set(provider.id, { at: Date.now(), row, configuration });
    return configuration;
  } catch (cause) {
    throw providerUnavailable(provider, cause);
  }
}

export const providerUnavailable = (provider: SsoProvider, cause: unknown): AppError =>
  new AppError(
    ErrorCode.ProviderUnavailable,
    "Your company's sign-in can't be reached. Try again in a minute.",
    {
      internal: `identity provider ${provider.name} (${provider.issuer}): ${(cause as Error).message}`,
      cause,
    },
  );
