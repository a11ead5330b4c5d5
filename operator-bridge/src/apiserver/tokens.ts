// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import type { User } from "./http/exchange.ts";
import { isObject } from "./objects.ts";

/** The file of tokens can't be used; the message says what to mend. */
class TokenFileError extends Error {}

const digest = (token: string): string => createHash("sha256").update(token).digest("hex");

/** Bearer tokens and whose they are. Only digests are kept, so that looking one up takes no secret-dependent time. */
export class Tokens {
  private readonly users: Map<string, User>;

  constructor(users: Record<string, User>) {
    this.users = new Map(Object.entries(users).map(([token, user]) => [digest(token), user]));
  }

  /** Reads `{"<token>": {"user": ..., "groups": [...]}}`. The file must be its owner's alone. */
  static async read(path: string): Promise<Tokens> {
    const { mode } = await stat(path);
    if (mode & 0o077) throw new TokenFileError(`${path} can be read by others: chmod 600 it`);
    const content: unknown = JSON.parse(await readFile(path, "utf8"));
    if (!isObject(content)) throw new TokenFileError(`${path} must hold an object of tokens`);
    for (const user of Object.values(content))
      if (!isObject(user) || typeof user.user !== "string" || !Array.isArray(user.groups))
        throw new TokenFileError(`${path}: every token needs {user, groups}`);
    return new Tokens(content as Record<string, User>);
  }

  /** The user of an Authorization header; undefined when nobody's. */
  authenticate(header: string | undefined): User | undefined {
    const match = /^Bearer\s+(\S+)$/i.exec(header ?? "");
    return match ? this.users.get(digest(match[1]!)) : undefined;
  }
}
