// SPDX-License-Identifier: Apache-2.0
import { PrismaPg } from "@prisma/adapter-pg";
import { AppError, ErrorCode } from "../errors.ts";
import { Prisma, PrismaClient } from "./generated/client.ts";

export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;

/** @param connections at most this many to PostgreSQL */
export function openDatabase(url: string, connections = 10): Database {
  const adapter = new PrismaPg({ connectionString: url, max: connections, connectionTimeoutMillis: 5_000 });
  return new PrismaClient({ adapter });
}

/** Where PostgreSQL wasn't there, or went away under a query: SQLSTATE classes 08 and 57P, and the socket's own codes. */
const unavailable = /ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|P1001|P1002|P1008|P1017|P2024|08\d{3}|57P0\d/;
const brokenOff =
  /Connection terminated|Can't reach database|DatabaseNotReachable|ConnectionClosed|timeout exceeded when trying/i;

function isUnavailable(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  const { code, meta } = error as Error & { code?: string; meta?: unknown };
  if (unavailable.test(String(code ?? "")) || brokenOff.test(error.message)) return true;
  const inner = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  return isUnavailable(error.cause, depth + 1) || isUnavailable(inner, depth + 1);
}

/** Runs a piece of database work; an absent PostgreSQL becomes DATABASE_UNAVAILABLE. */
export async function withDatabase<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isUnavailable(cause)) throw cause;
    const internal = `database unavailable: ${(cause as Error).message}`;
    throw new AppError(
      ErrorCode.DatabaseUnavailable,
      "The database can't be reached; try again in a moment.",
      {
        internal,
        cause,
      },
    );
  }
}

/** PostgreSQL refused a duplicate (SQLSTATE 23505). */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
