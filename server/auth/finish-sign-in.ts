// SPDX-License-Identifier: Apache-2.0
import * as oidc from "openid-client";
import { recordSignIn } from "../audit/record-sign-in.ts";
import { isDuplicate, withDatabase } from "../db/client.ts";
import type { SsoProvider } from "../db/generated/client.ts";
import { AppError, ErrorCode } from "../errors.ts";
import { services } from "../services.ts";
import { openIdConfiguration, providerByName, providerUnavailable, redirectUri } from "./providers.ts";
import { type Identity, provisionUser } from "./provision.ts";
import { attemptPurpose, hashToken, unseal } from "./secrets.ts";
import { createSession, type NewSession } from "./sessions.ts";

export interface SignInEnd {
  session: NewSession;
  returnTo: string;
}

interface Attempt {
  nonce: string;
  verifier: string;
  returnTo: string;
}

const expired = (internal: string): AppError =>
  new AppError(ErrorCode.SignInExpired, "This sign-in took too long or began elsewhere. Start again.", {
    internal,
  });

/** Takes the attempt; it can't be taken twice, nor by another browser. Throws SIGN_IN_EXPIRED. */
async function takeAttempt(provider: SsoProvider, state: string, browserToken: string): Promise<Attempt> {
  const { authDb, env } = services();
  const stateHash = hashToken(state);
  const now = new Date();
  const where = { stateHash, browserHash: hashToken(browserToken), providerId: provider.id };
  const attempt = await withDatabase(async () => {
    const taken = await authDb.signInAttempt.updateMany({
      where: { ...where, usedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now },
    });
    return taken.count === 1 ? authDb.signInAttempt.findUnique({ where: { stateHash } }) : null;
  });
  if (!attempt) throw expired("no open sign-in attempt for this state and browser");
  const { nonce, verifier } = JSON.parse(unseal(env.authSecret, attemptPurpose, attempt.secretsSealed));
  return { nonce, verifier, returnTo: attempt.returnTo };
}

/** Trades the code for tokens and reads who it is. The library checks state, nonce, issuer, audience and signature. */
async function askIdentity(
  provider: SsoProvider,
  answer: URL,
  state: string,
  attempt: Attempt,
): Promise<Identity> {
  const configuration = await openIdConfiguration(provider);
  try {
    const tokens = await oidc.authorizationCodeGrant(configuration, answer, {
      expectedState: state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new Error("no ID token");
    const more = configuration.serverMetadata().userinfo_endpoint
      ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
      : {};
    return readIdentity({ ...claims, ...more });
  } catch (error) {
    throw refusalOf(error, provider);
  }
}

function readIdentity(claims: Record<string, unknown>): Identity {
  const { sub, email, email_verified, name } = claims;
  return {
    subject: String(sub),
    email: String(email ?? "")
      .trim()
      .toLowerCase(),
    emailVerified: email_verified === true,
    name: typeof name === "string" ? name.slice(0, 200) : undefined,
  };
}

function refusalOf(error: unknown, provider: SsoProvider): AppError {
  const refused = error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError;
  if (!refused) return providerUnavailable(provider, error);
  const internal = `identity provider ${provider.name} refused: ${error.error} ${error.error_description ?? ""}`;
  return new AppError(ErrorCode.SignInRefused, "Your company's sign-in refused, or you cancelled there.", {
    internal,
  });
}

/** User, membership, session and audit event: all of them or none. */
async function admit(provider: SsoProvider, identity: Identity, isRetry = false): Promise<NewSession> {
  try {
    return await withDatabase(() =>
      services().authDb.$transaction(async (tx) => {
        const user = await provisionUser(tx, provider, identity);
        await recordSignIn(tx, provider.tenantId, user);
        return createSession(tx, user.id);
      }),
    );
  } catch (error) {
    // Two first sign-ins of one person at the same moment: the second finds what the first made.
    if (!isRetry && isDuplicate(error)) return admit(provider, identity, true);
    throw error;
  }
}

/**
 * The provider sent the browser back.
 * @param search the query the provider answered with, "?code=...&state=..."
 * @throws SIGN_IN_EXPIRED, SIGN_IN_REFUSED, IDENTITY_NOT_ACCEPTED, PROVIDER_UNAVAILABLE
 */
export async function finishSignIn(
  providerName: string,
  search: string,
  browserToken: string | undefined,
): Promise<SignInEnd> {
  const provider = await providerByName(providerName);
  const state = new URLSearchParams(search).get("state");
  if (!provider || !state || !browserToken) throw expired("callback without provider, state or cookie");
  const attempt = await takeAttempt(provider, state, browserToken);
  const answer = new URL(redirectUri(provider) + search);
  const identity = await askIdentity(provider, answer, state, attempt);
  return { session: await admit(provider, identity), returnTo: attempt.returnTo };
}
