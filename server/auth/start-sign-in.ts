// SPDX-License-Identifier: Apache-2.0
import * as oidc from "openid-client";
import { withDatabase } from "../db/client.ts";
import { AppError, ErrorCode } from "../errors.ts";
import { services } from "../services.ts";
import { openIdConfiguration, providerOfDomain, redirectUri } from "./providers.ts";
import { returnPath } from "./return-path.ts";
import { attemptPurpose, hashToken, randomToken, seal } from "./secrets.ts";

export const attemptMs = 10 * 60_000;
/** Attempts in ten minutes: for one mail address, and in all. Past them somebody is playing. */
const attemptsMaxPerAddress = 60;
const attemptsMax = 3_000;

export interface SignInStart {
  redirectTo: string;
  /** For the cookie that ties the attempt to this browser. */
  browserToken: string;
}

/** RFC 5321 leaves more room; this is what can have a domain to look up. Throws MAIL_ADDRESS_INVALID. */
function parseMailAddress(text: string): { email: string; domain: string } {
  const email = text.trim().toLowerCase();
  const match = /^[^\s@<>"]{1,64}@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63})$/.exec(email);
  const domain = match?.[1];
  if (email.length > 254 || domain === undefined) {
    throw new AppError(
      ErrorCode.MailAddressInvalid,
      "That is no mail address; it looks like name@company.example.",
    );
  }
  return { email, domain };
}

async function requireFewAttempts(emailHash: string): Promise<void> {
  const since = { gt: new Date(Date.now() - attemptMs) };
  const { signInAttempt } = services().authDb;
  const [mine, all] = await withDatabase(() =>
    Promise.all([
      signInAttempt.count({ where: { emailHash, createdAt: since } }),
      signInAttempt.count({ where: { createdAt: since } }),
    ]),
  );
  if (mine < attemptsMaxPerAddress && all < attemptsMax) return;
  throw new AppError(
    ErrorCode.TooManySignIns,
    "Too many sign-ins were started. Wait some minutes, then try again.",
    {
      internal: `sign-in limit reached: ${mine} for one address, ${all} in all`,
    },
  );
}

/**
 * Where to send the browser so that its owner proves who they are: the provider of the mail address's domain, with PKCE
 * (RFC 7636), state and nonce. Throws MAIL_ADDRESS_INVALID, UNKNOWN_MAIL_DOMAIN, TOO_MANY_SIGN_INS, PROVIDER_UNAVAILABLE.
 * @param browserToken of an attempt this browser has open already, so that two tabs don't disturb each other
 */
export async function startSignIn(
  address: string,
  returnTo: unknown,
  browserToken = randomToken(),
): Promise<SignInStart> {
  const { email, domain } = parseMailAddress(address);
  const provider = await providerOfDomain(domain);
  if (!provider) {
    const message = `No company here signs in with ${domain}. Check the address, or ask your administrator.`;
    throw new AppError(ErrorCode.UnknownMailDomain, message);
  }
  const emailHash = hashToken(email);
  await requireFewAttempts(emailHash);
  const configuration = await openIdConfiguration(provider);
  const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
  const { authDb, env } = services();
  const now = Date.now();
  await withDatabase(async () => {
    await authDb.signInAttempt.deleteMany({ where: { expiresAt: { lt: new Date(now - attemptMs) } } });
    await authDb.signInAttempt.create({
      data: {
        stateHash: hashToken(state),
        browserHash: hashToken(browserToken),
        providerId: provider.id,
        emailHash,
        secretsSealed: seal(env.authSecret, attemptPurpose, JSON.stringify({ nonce, verifier })),
        returnTo: returnPath(returnTo),
        createdAt: new Date(now),
        expiresAt: new Date(now + attemptMs),
      },
    });
  });
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri(provider),
    scope: "openid email profile",
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    login_hint: email,
  });
  return { redirectTo: url.href, browserToken };
}
