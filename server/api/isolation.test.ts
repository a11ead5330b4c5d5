// SPDX-License-Identifier: Apache-2.0
// Generated from the router: a procedure that is added is tested, or fails here until it can be.
import { TRPCError } from "@trpc/server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { createChain } from "../chains/create-chain.ts";
import { publishChain } from "../chains/publish-chain.ts";
import { saveDraft } from "../chains/save-draft.ts";
import { ErrorCode } from "../errors.ts";
import type { Principal } from "../scope.ts";
import { startTestConsole, type TestConsole } from "../test/console.ts";
import { allowPing, webGraph } from "../test/graphs.ts";
import { appRouter, createCaller } from "./router.ts";
import { toAppError } from "./trpc.ts";

interface Procedure {
  _def: { type: "query" | "mutation" | "subscription"; inputs: z.ZodObject[] };
}
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, Procedure>);

const fieldsOf = ({ _def }: Procedure): string[] => _def.inputs.flatMap((input) => Object.keys(input.shape));
const isTenants = ([, procedure]: [string, Procedure]): boolean => fieldsOf(procedure).includes("tenant");
const isMutation = ([, procedure]: [string, Procedure]): boolean => procedure._def.type === "mutation";

/** Acme's objects, for every field an input may have. */
const samples: Record<string, unknown> = {
  tenant: "acme",
  chain: "web",
  graph: webGraph(allowPing),
  version: 2,
  revision: 1,
  message: "hello",
  title: "Title",
  cursor: "1",
  limit: 10,
  lastEventId: "0",
  flow: { protocol: "icmp" },
  packets: 1,
};

function inputOf(procedure: Procedure): Record<string, unknown> {
  const fields = fieldsOf(procedure);
  for (const field of fields)
    expect(samples, `a sample for the field ${field} is needed here`).toHaveProperty(field);
  return Object.fromEntries(fields.map((field) => [field, samples[field]]));
}

let rig: TestConsole;
beforeAll(async () => {
  rig = await startTestConsole();
  const acme = rig.scope("acme");
  const { draft } = await createChain(acme, { name: "web" });
  await saveDraft(acme, { chain: "web", graph: webGraph(allowPing), version: draft.version });
  await publishChain(acme, { chain: "web" });
});
afterAll(() => rig?.stop());

/** The code a call ends with, or "ok". A subscription counts by its first message. */
async function outcome(principal: Principal | null, path: string, input: unknown): Promise<string> {
  const leave = new AbortController();
  const caller = createCaller({ principal }, { signal: leave.signal }) as unknown as Record<string, unknown>;
  const call = path.split(".").reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], caller);
  try {
    const answer = await (call as (input: unknown) => Promise<unknown>)(input);
    const stream = answer as AsyncGenerator | undefined;
    if (stream && typeof stream === "object" && Symbol.asyncIterator in stream) await stream.next();
    return "ok";
  } catch (error) {
    return error instanceof TRPCError ? toAppError(error).code : String(error);
  } finally {
    leave.abort();
  }
}

describe("a session of globex asking for acme's objects is told that there are none", () => {
  test.each(procedures.filter(isTenants))("%s", async (path, procedure) => {
    expect(await outcome(rig.principal("globex", "owner"), path, inputOf(procedure))).toBe(
      ErrorCode.NotFound,
    );
  });
});

describe("a session of globex asking under its own name for a chain only acme has is told that there is none", () => {
  const named = procedures.filter(
    (entry) => fieldsOf(entry[1]).includes("chain") && entry[0] !== "chains.create",
  );
  test.each(named)("%s", async (path, procedure) => {
    const input = { ...inputOf(procedure), tenant: "globex" };
    expect(await outcome(rig.principal("globex", "owner"), path, input)).toBe(ErrorCode.NotFound);
  });
});

describe("nobody who isn't signed in gets anything", () => {
  test.each(procedures)("%s", async (path, procedure) => {
    expect(await outcome(null, path, inputOf(procedure))).toBe(ErrorCode.SignedOut);
  });
});

describe("a viewer may look but not change", () => {
  test.each(procedures.filter(isTenants).filter(isMutation))("%s", async (path, procedure) => {
    expect(await outcome(rig.principal("acme", "viewer"), path, inputOf(procedure))).toBe(
      ErrorCode.RoleInsufficient,
    );
  });
  test.each(procedures.filter(isTenants).filter((entry) => !isMutation(entry)))(
    "%s",
    async (path, procedure) => {
      expect(await outcome(rig.principal("acme", "viewer"), path, inputOf(procedure))).toBe("ok");
    },
  );
});

describe("what isn't a tenant's", () => {
  const open = ["session.me"];
  const others = procedures.filter((entry) => !isTenants(entry) && !open.includes(entry[0]));

  test.each(others)(
    "%s is the platform's: it doesn't exist for a tenant, and does for the operator",
    async (path, procedure) => {
      expect(path).toMatch(/^platform\./);
      expect(await outcome(rig.principal("acme", "owner"), path, inputOf(procedure))).toBe(
        ErrorCode.NotFound,
      );
      const operator = { ...rig.principal("acme"), memberships: [], platformOperator: true };
      expect(await outcome(operator, path, inputOf(procedure))).toBe("ok");
    },
  );

  test("a platform operator is no member of any tenant", async () => {
    const operator = { ...rig.principal("acme"), memberships: [], platformOperator: true };
    expect(await outcome(operator, "chains.list", { tenant: "acme" })).toBe(ErrorCode.NotFound);
  });
});
