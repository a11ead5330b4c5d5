// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type Provider from "oidc-provider";
import type { KoaContextWithOIDC } from "oidc-provider";
import type { Realm } from "../realms.ts";
import { loginPage } from "./page.ts";
import { type DemoUser, findUser } from "./realm-provider.ts";

const formMaxBytes = 10_000;

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > formMaxBytes) throw new Error("the form is too large");
  }
  return new URLSearchParams(text);
}

interface Shown {
  realm: Realm;
  consoleUrl: string;
  users: readonly DemoUser[];
}

function show(
  ctx: KoaContextWithOIDC,
  { realm, consoleUrl }: Shown,
  email: string,
  error: string | null,
): void {
  const nonce = randomBytes(16).toString("base64");
  // Browsers hold form-action against the redirects that follow, too: the way leads back to the console.
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self' ${consoleUrl}; frame-ancestors 'none'; base-uri 'none'`;
  ctx.set({
    "content-security-policy": policy,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  ctx.status = error ? 401 : 200;
  ctx.type = "html";
  ctx.body = loginPage({ realm, email, error, nonce });
}

/** GET shows the sign-in page, POST checks the password and goes on. */
export function addInteraction(provider: Provider, shown: Shown): void {
  provider.use(async (ctx, next) => {
    if (!/^\/interaction\/[\w-]+$/.test(ctx.path)) return next();
    const context = ctx as unknown as KoaContextWithOIDC;
    const { params } = await provider.interactionDetails(ctx.req, ctx.res);
    if (ctx.method !== "POST") return show(context, shown, String(params.login_hint ?? ""), null);
    const form = await readForm(ctx.req);
    const email = form.get("email") ?? "";
    const user = findUser(shown.users, email, form.get("password") ?? "");
    if (!user) return show(context, shown, email, "The mail address or the password is wrong.");
    ctx.respond = false;
    const result = { login: { accountId: user.email } };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
  });
}
