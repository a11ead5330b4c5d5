// SPDX-License-Identifier: Apache-2.0
// After the migrations: the console's two roles get the passwords of this installation. A role without one can't sign in.
import pg from "pg";

const roles = { nfaas_app: "NFAAS_DB_APP_PASSWORD", nfaas_auth: "NFAAS_DB_AUTH_PASSWORD" };

/** @param url of the database's owner */
export async function setRolePasswords(url: string, passwords: Record<string, string>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const [role, password] of Object.entries(passwords)) {
      // ALTER ROLE takes no parameters; the literal is escaped by the driver.
      await client.query(`ALTER ROLE ${pg.escapeIdentifier(role)} PASSWORD ${pg.escapeLiteral(password)}`);
    }
  } finally {
    await client.end();
  }
}

async function main(): Promise<void> {
  const { DATABASE_URL: url } = process.env;
  if (!url) throw new Error("DATABASE_URL (of the owner) is not set");
  const passwords: Record<string, string> = {};
  for (const [role, name] of Object.entries(roles)) {
    const password = process.env[name];
    if (password) passwords[role] = password;
    else console.error(`${name} is not set: role ${role} keeps the password it has`);
  }
  await setRolePasswords(url, passwords);
}

if (import.meta.url === `file://${process.argv[1]}`) await main();
