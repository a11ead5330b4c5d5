// SPDX-License-Identifier: Apache-2.0

import { namePattern } from "@nfaas/domain";
import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import { AppError, ErrorCode, notFound, trpcCodeOf } from "../errors.ts";
import { logger } from "../log.ts";
import { mayEdit, type Principal, type TenantScope } from "../scope.ts";

// --- context -------------------------------------------------------------------------------------------------------

export interface Context {
  /** Null when nobody is signed in. */
  principal: Principal | null;
}

// --- initialisation ------------------------------------------------------------------------------------------------

const log = logger("api");

/** What tRPC wraps around ours when a procedure throws. */
export function toAppError(error: TRPCError): AppError {
  if (error.cause instanceof AppError) return error.cause;
  if (error.code === "BAD_REQUEST") return new AppError(ErrorCode.InputInvalid, "The input is not valid.");
  if (error.code === "NOT_FOUND") return notFound("such procedure");
  return new AppError(ErrorCode.Internal, "Something went wrong on our side; the log has the cause.", {
    cause: error,
  });
}

const t = initTRPC.context<Context>().create({
  errorFormatter({ shape, error }) {
    const ours = toAppError(error);
    const { stack: _, ...data } = shape.data as typeof shape.data & { stack?: string };
    return {
      ...shape,
      message: ours.message,
      data: { ...data, appCode: ours.code, details: ours.details ?? null },
    };
  },
  sse: {
    // Browsers join again with the last event's id; a session that ended meanwhile doesn't get in.
    maxDurationMs: 5 * 60_000,
    ping: { enabled: true, intervalMs: 5_000 },
    client: { reconnectAfterInactivityMs: 15_000 },
  },
});

/** Our own errors keep their code and HTTP status; whatever else happens is a defect: logged in full, told in brief. */
const errorsOfOurs = t.middleware(async ({ next, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause, code } = result.error;
  if (cause instanceof AppError) {
    if (cause.internal) log.warn(cause.internal, { path, code: cause.code, cause: cause.cause });
    throw new TRPCError({ code: trpcCodeOf(cause.code), message: cause.message, cause });
  }
  if (code === "INTERNAL_SERVER_ERROR") log.error("procedure failed", { path, error: cause ?? result.error });
  return result;
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

// --- procedures ----------------------------------------------------------------------------------------------------

/** Anyone, signed in or not. */
const publicProcedure = t.procedure.use(errorsOfOurs);

export const signedInProcedure = publicProcedure.use(({ ctx, next }) => {
  if (!ctx.principal) throw new AppError(ErrorCode.SignedOut, "Sign in to go on.");
  return next({ ctx: { principal: ctx.principal } });
});

const nameInput = z.string().regex(namePattern);

/** A member of the tenant named in the input. For everybody else the tenant doesn't exist. */
export const tenantProcedure = signedInProcedure
  .input(z.object({ tenant: nameInput }))
  .use(({ ctx, input, next }) => {
    const membership = ctx.principal.memberships.find((m) => m.tenant.name === input.tenant);
    if (!membership) throw notFound(`tenant ${input.tenant}`);
    const { id, email } = ctx.principal.user;
    const scope: TenantScope = {
      tenant: { id: membership.tenant.id, name: membership.tenant.name },
      actor: { id, name: email },
    };
    return next({ ctx: { scope, role: membership.role } });
  });

/** A member who may change things. */
export const editorProcedure = tenantProcedure.use(({ ctx, next }) => {
  if (!mayEdit(ctx.role)) {
    throw new AppError(ErrorCode.RoleInsufficient, "Your role lets you look but not change; ask an admin.");
  }
  return next();
});

/** Whoever runs the service. For everybody else these procedures don't exist. */
export const operatorProcedure = signedInProcedure.use(({ ctx, next }) => {
  if (!ctx.principal.platformOperator) throw notFound("such page");
  return next();
});

export const chainInput = z.object({ chain: nameInput });
