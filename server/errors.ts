// SPDX-License-Identifier: Apache-2.0
// Every error a caller can see: one stable code each. docs/failure-modes.md says what to check for each of them.
import type { TRPC_ERROR_CODE_KEY } from "@trpc/server";

export enum ErrorCode {
  /** No session, or it ended (idle 30 minutes, 12 hours at most). */
  SignedOut = "SIGNED_OUT",
  /** The mail address's domain belongs to no tenant's identity provider. */
  UnknownMailDomain = "UNKNOWN_MAIL_DOMAIN",
  /** What was typed is no mail address. */
  MailAddressInvalid = "MAIL_ADDRESS_INVALID",
  /** Too many sign-ins were started for one mail domain or by one browser. */
  TooManySignIns = "TOO_MANY_SIGN_INS",
  /** The provider's answer doesn't belong to a sign-in that this browser started, or came too late. */
  SignInExpired = "SIGN_IN_EXPIRED",
  /** The provider refused, or the person gave up there. */
  SignInRefused = "SIGN_IN_REFUSED",
  /** The provider says the mail address isn't verified, or it lies outside the provider's own mail domain. */
  IdentityNotAccepted = "IDENTITY_NOT_ACCEPTED",
  /** The identity provider can't be reached or answers nonsense. */
  ProviderUnavailable = "PROVIDER_UNAVAILABLE",
  /** A request that changes something came from another site's page. */
  ForeignOrigin = "FOREIGN_ORIGIN",
  /** Doesn't exist, or belongs to another tenant: the two look the same on purpose. */
  NotFound = "NOT_FOUND",
  /** The role (viewer) may look but not change. */
  RoleInsufficient = "ROLE_INSUFFICIENT",
  /** Input of the wrong shape. */
  InputInvalid = "INPUT_INVALID",
  /** A chain of that name exists already. */
  ChainExists = "CHAIN_EXISTS",
  /** Someone else saved the draft since it was read. */
  DraftConflict = "DRAFT_CONFLICT",
  /** The graph has problems that forbid publishing; the issues come along. */
  GraphInvalid = "GRAPH_INVALID",
  /** Packets of the tenant are being explained already. */
  ExplainBusy = "EXPLAIN_BUSY",
  /** The Kubernetes API can't be reached and the answer needs it. */
  KubernetesUnavailable = "KUBERNETES_UNAVAILABLE",
  /** PostgreSQL can't be reached. */
  DatabaseUnavailable = "DATABASE_UNAVAILABLE",
  /** A defect of ours; the log has the cause under the same reference. */
  Internal = "INTERNAL",
}

interface Kind {
  http: number;
  trpc: TRPC_ERROR_CODE_KEY;
}
const badRequest: Kind = { http: 400, trpc: "BAD_REQUEST" };
const unauthorized: Kind = { http: 401, trpc: "UNAUTHORIZED" };
const forbidden: Kind = { http: 403, trpc: "FORBIDDEN" };
const conflict: Kind = { http: 409, trpc: "CONFLICT" };
const unavailable: Kind = { http: 503, trpc: "SERVICE_UNAVAILABLE" };

const kinds: Record<ErrorCode, Kind> = {
  [ErrorCode.SignedOut]: unauthorized,
  [ErrorCode.UnknownMailDomain]: badRequest,
  [ErrorCode.MailAddressInvalid]: badRequest,
  [ErrorCode.TooManySignIns]: { http: 429, trpc: "TOO_MANY_REQUESTS" },
  [ErrorCode.SignInExpired]: badRequest,
  [ErrorCode.SignInRefused]: forbidden,
  [ErrorCode.IdentityNotAccepted]: forbidden,
  [ErrorCode.ProviderUnavailable]: { http: 502, trpc: "BAD_GATEWAY" },
  [ErrorCode.ForeignOrigin]: forbidden,
  [ErrorCode.NotFound]: { http: 404, trpc: "NOT_FOUND" },
  [ErrorCode.RoleInsufficient]: forbidden,
  [ErrorCode.InputInvalid]: badRequest,
  [ErrorCode.ChainExists]: conflict,
  [ErrorCode.DraftConflict]: conflict,
  [ErrorCode.GraphInvalid]: { http: 422, trpc: "UNPROCESSABLE_CONTENT" },
  [ErrorCode.ExplainBusy]: conflict,
  [ErrorCode.KubernetesUnavailable]: unavailable,
  [ErrorCode.DatabaseUnavailable]: unavailable,
  [ErrorCode.Internal]: { http: 500, trpc: "INTERNAL_SERVER_ERROR" },
};

export const httpStatusOf = (code: ErrorCode): number => kinds[code].http;
export const trpcCodeOf = (code: ErrorCode): TRPC_ERROR_CODE_KEY => kinds[code].trpc;

export interface ErrorOptions {
  /** For the log only. */
  internal?: string;
  cause?: unknown;
  /** Machine-readable details that the caller may see, e.g. the graph's issues. */
  details?: unknown;
}

/** An error with a message for the person and, apart from it, one for the log. */
export class AppError extends Error {
  readonly internal: string | undefined;
  readonly details: unknown;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.internal = options.internal;
    this.details = options.details;
  }
}

/** `what` in the caller's words: "chain web". */
export const notFound = (what: string): AppError => new AppError(ErrorCode.NotFound, `There is no ${what}.`);
