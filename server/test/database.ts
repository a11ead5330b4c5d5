// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setRolePasswords } from "../../prisma/set-role-passwords.ts";
import { startPostgres, type TestPostgres } from "./postgres.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const prisma = fileURLToPath(new URL("../../node_modules/prisma/build/index.js", import.meta.url));

export interface TestDatabase extends TestPostgres {
  appUrl: string;
  authUrl: string;
}

/** Runs Prisma's CLI as a person would, against this database. */
export async function runPrisma(url: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, DATABASE_URL: url };
  const { stdout } = await promisify(execFile)(process.execPath, [prisma, ...args], { cwd: root, env });
  return stdout;
}

/** A PostgreSQL with all migrations and both roles. */
export async function startDatabase(): Promise<TestDatabase> {
  const postgres = await startPostgres();
  try {
    await runPrisma(postgres.url, "migrate", "deploy");
    await setRolePasswords(postgres.url, { nfaas_app: "app", nfaas_auth: "auth" });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  const as = (user: string, password: string): string => {
    const url = new URL(postgres.url);
    Object.assign(url, { username: user, password });
    return url.href;
  };
  return { ...postgres, appUrl: as("nfaas_app", "app"), authUrl: as("nfaas_auth", "auth") };
}
