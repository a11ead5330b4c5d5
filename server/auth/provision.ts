// SPDX-License-Identifier: Apache-2.0
// From what a provider says of a person to a user of ours.
import type { Transaction } from "../db/client.ts";
import type { SsoProvider } from "../db/generated/client.ts";
import { AppError, ErrorCode } from "../errors.ts";

/** The claims that count (OpenID Connect Core section 5.1). */
export interface Identity {
  subject: string;
  email: string;
  emailVerified: boolean;
  name: string | undefined;
}

const notAccepted = (message: string, internal: string): AppError =>
  new AppError(ErrorCode.IdentityNotAccepted, message, { internal });

/** A provider speaks for its own mail domain and for nobody else's. Throws IDENTITY_NOT_ACCEPTED. */
function requireAcceptable(identity: Identity, provider: Pick<SsoProvider, "name" | "mailDomain">): void {
  const { email, emailVerified } = identity;
  if (!email.endsWith(`@${provider.mailDomain}`)) {
    const internal = `provider ${provider.name} vouched for a mail address outside ${provider.mailDomain}`;
    throw notAccepted("Your company's sign-in vouched for an address that isn't your company's.", internal);
  }
  if (!emailVerified) {
    throw notAccepted(
      "Your company's sign-in says your mail address isn't verified.",
      "mail address not verified",
    );
  }
}

/**
 * The user behind an identity; made, with a membership, at the first sign-in. A known mail address under a new subject is
 * refused: an address that was given to somebody else must not open the old owner's account. Throws IDENTITY_NOT_ACCEPTED.
 */
export async function provisionUser(
  tx: Transaction,
  provider: SsoProvider,
  identity: Identity,
): Promise<{ id: string; email: string }> {
  requireAcceptable(identity, provider);
  const { subject, email, name } = identity;
  const key = { providerId: provider.id, subject };
  const account = await tx.account.findUnique({ where: { providerId_subject: key } });
  if (account) {
    const data = { email, ...(name ? { name } : {}) };
    return tx.user.update({ where: { id: account.userId }, data });
  }
  if (await tx.user.findUnique({ where: { email } })) {
    const message = "Your mail address belonged to another account before; ask your administrator.";
    throw notAccepted(message, `provider ${provider.name} gave a known address a new subject`);
  }
  const platformOperator = provider.tenantId === null;
  const user = await tx.user.create({ data: { email, name: name || email, platformOperator } });
  await tx.account.create({ data: { ...key, userId: user.id } });
  if (provider.tenantId !== null) {
    const { tenantId, defaultRole } = provider;
    await tx.membership.create({ data: { tenantId, userId: user.id, role: defaultRole } });
  }
  return user;
}
