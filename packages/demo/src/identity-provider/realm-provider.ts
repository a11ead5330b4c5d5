// SPDX-License-Identifier: Apache-2.0
// One realm's OpenID provider, on oidc-provider: codes with PKCE for one client, the console.
import { timingSafeEqual } from "node:crypto";
import Provider, {
  type Configuration,
  interactionPolicy,
  type JWKS,
  type KoaContextWithOIDC,
} from "oidc-provider";
import { fullNameOf, type Realm } from "../realms.ts";

export interface DemoUser {
  email: string;
  password: string;
}
export interface RealmOptions {
  realm: Realm;
  issuer: string;
  /** Where the console is. */
  consoleUrl: string;
  clientSecret: string;
  cookieSecret: string;
  keys: JWKS;
  users: readonly DemoUser[];
}

export const clientId = "nfaas-console";

export function findUser(users: readonly DemoUser[], email: string, password: string): DemoUser | undefined {
  const user = users.find((candidate) => candidate.email === email.trim().toLowerCase());
  const [given, right] = [Buffer.from(password), Buffer.from(user?.password ?? "")];
  return user && given.length === right.length && timingSafeEqual(given, right) ? user : undefined;
}

/** Who is signed in here as somebody else than the console asks for has to sign in anew. */
function policy(): interactionPolicy.DefaultPolicy {
  const base = interactionPolicy.base();
  const check = new interactionPolicy.Check(
    "login_hint_mismatch",
    "another account was asked for",
    "login_required",
    (ctx) => {
      const { session, params, result } = (ctx as KoaContextWithOIDC).oidc;
      const hint = params?.login_hint;
      // Who has just signed in chose the account: asking again would never end.
      if (result?.login) return false;
      return Boolean(session?.accountId && hint && session.accountId !== hint);
    },
  );
  base.get("login")?.checks.add(check);
  return base;
}

/** The console is the platform's own: nobody is asked for consent. */
async function grantAll(ctx: KoaContextWithOIDC) {
  const { client, session, provider, result } = ctx.oidc;
  if (!client || !session?.accountId) return undefined;
  const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  if (known) return provider.Grant.find(known);
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid email profile");
  await grant.save();
  return grant;
}

export function createRealmProvider(options: RealmOptions): Provider {
  const { realm, issuer, consoleUrl, clientSecret, cookieSecret, keys, users } = options;
  const names = Object.fromEntries(
    ["session", "interaction", "resume"].map((use) => [use, `nfaas-${realm.name}-${use}`]),
  );
  const configuration: Configuration = {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        grant_types: ["authorization_code"],
        response_types: ["code"],
        redirect_uris: [`${consoleUrl}/api/auth/callback/${realm.name}`],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    pkce: { required: () => true },
    // rpInitiatedLogout: the library ends the old session by it when another account signs in.
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    cookies: { keys: [cookieSecret], names, short: { signed: true, sameSite: "lax" } },
    jwks: keys,
    interactions: {
      policy: policy(),
      url: (_ctx, { uid }) => `${new URL(issuer).pathname}/interaction/${uid}`,
    },
    ttl: { Session: 8 * 3600, Interaction: 600, Grant: 8 * 3600, AccessToken: 300, IdToken: 300 },
    findAccount: (_ctx, id) => {
      const user = users.find(({ email }) => email === id);
      if (!user) return undefined;
      const claims = { sub: id, email: id, email_verified: true, name: fullNameOf(id) };
      return { accountId: id, claims: () => claims };
    },
    loadExistingGrant: grantAll,
  };
  return new Provider(issuer, configuration);
}
