// SPDX-License-Identifier: Apache-2.0
// The demo's tenants and their identity providers, in the database.
import { clientSecretPurpose, seal, unseal } from "../../../../server/auth/secrets.ts";
import { type Database, openDatabase, type Transaction } from "../../../../server/db/client.ts";
import { withPlatform } from "../../../../server/db/transaction.ts";
import { clientId } from "../identity-provider/realm-provider.ts";
import { type Realm, realms } from "../realms.ts";

export interface PeopleOptions {
  /** Of the owner: neither of the console's roles may write tenants or providers. */
  ownerUrl: string;
  /** Where the identity providers are. */
  providerUrl: string;
  clientSecret: string;
  /** The console's AUTH_SECRET. */
  authSecret: string;
}

/** Sealing the same secret twice gives two texts, so an unchanged one is kept: a changed row would void what is cached. */
function sealedSecret(before: string | undefined, { authSecret, clientSecret }: PeopleOptions): string {
  try {
    if (before && unseal(authSecret, clientSecretPurpose, before) === clientSecret) return before;
  } catch {
    // Sealed with another AUTH_SECRET: seal it anew.
  }
  return seal(authSecret, clientSecretPurpose, clientSecret);
}

async function seedRealm(tx: Transaction, realm: Realm, options: PeopleOptions): Promise<void> {
  const { name, displayName, mailDomain } = realm;
  const tenant =
    realm.tenantId === null
      ? null
      : await tx.tenant.upsert({ where: { name }, create: { name, displayName }, update: { displayName } });
  const before = await tx.ssoProvider.findUnique({ where: { name } });
  const data = {
    mailDomain,
    tenantId: tenant?.id ?? null,
    issuer: `${options.providerUrl}/${name}`,
    clientId,
    clientSecretSealed: sealedSecret(before?.clientSecretSealed, options),
  };
  await tx.ssoProvider.upsert({ where: { name }, create: { name, ...data }, update: data });
}

export async function seedPeople(options: PeopleOptions): Promise<void> {
  const db: Database = openDatabase(options.ownerUrl, 1);
  try {
    await withPlatform(db, async (tx) => {
      for (const realm of realms) await seedRealm(tx, realm, options);
    });
  } finally {
    await db.$disconnect();
  }
}
