// SPDX-License-Identifier: Apache-2.0
import { services } from "./services.ts";

export interface Health {
  status: "ok" | "degraded";
  database: "ok" | "unreachable";
  kubernetes: "ok" | "unreachable";
}

/** The console works on without either, as far as it goes: that is "degraded", not dead. */
export async function checkHealth(): Promise<Health> {
  const { db, world } = services();
  const database = await db.$queryRaw`SELECT 1`.then(
    () => "ok" as const,
    () => "unreachable" as const,
  );
  const kubernetes = world.problem ? "unreachable" : "ok";
  return { status: database === "ok" && kubernetes === "ok" ? "ok" : "degraded", database, kubernetes };
}
