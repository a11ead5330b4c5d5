// SPDX-License-Identifier: Apache-2.0
// Sessions live on the server; the cookie is only a random name for one. Times by OWASP ASVS 3.3.
import { type Database, type Transaction, withDatabase } from "../db/client.ts";
import type { Principal } from "../scope.ts";
import { hashToken, randomToken } from "./secrets.ts";

export const idleMs = 30 * 60_000;
export const absoluteMs = 12 * 60 * 60_000;
/** lastSeenAt is written at most this often. */
const touchMs = 60_000;

export interface NewSession {
  token: string;
  maxAgeSeconds: number;
}

/** A new session with a new token, always: a token from before a sign-in is worth nothing after it. */
export async function createSession(tx: Transaction, userId: string, now = new Date()): Promise<NewSession> {
  const token = randomToken();
  const expiresAt = new Date(now.getTime() + absoluteMs);
  await tx.session.deleteMany({ where: { expiresAt: { lt: now } } });
  await tx.session.create({
    data: { tokenHash: hashToken(token), userId, createdAt: now, lastSeenAt: now, expiresAt },
  });
  return { token, maxAgeSeconds: absoluteMs / 1000 };
}

const withPerson = {
  user: { include: { memberships: { include: { tenant: true }, orderBy: { tenant: { name: "asc" } } } } },
} as const;

/**
 * Who the token's session belongs to; null when there is none or it ended.
 * @param isActivity whether this counts as using the console: what goes on by itself, a live stream or a poll, doesn't
 */
export async function readSession(
  db: Database,
  token: string,
  { isActivity = true, now = new Date() } = {},
): Promise<Principal | null> {
  const where = { tokenHash: hashToken(token) };
  const session = await withDatabase(() => db.session.findUnique({ where, include: withPerson }));
  if (!session || session.expiresAt <= now) return null;
  const idle = now.getTime() - session.lastSeenAt.getTime();
  if (idle > idleMs) return null;
  if (isActivity && idle > touchMs) {
    await withDatabase(() => db.session.updateMany({ where, data: { lastSeenAt: now } }));
  }
  const { id, email, name, platformOperator, memberships } = session.user;
  return {
    sessionId: session.id,
    user: { id, email, name },
    platformOperator,
    memberships: memberships.map(({ role, tenant }) => ({
      role,
      tenant: { id: tenant.id, name: tenant.name, displayName: tenant.displayName },
    })),
  };
}

/** Signing out: the session is gone on the server, whatever becomes of the cookie. */
export async function endSession(db: Database, token: string): Promise<void> {
  await withDatabase(() => db.session.deleteMany({ where: { tokenHash: hashToken(token) } }));
}
