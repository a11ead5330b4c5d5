// SPDX-License-Identifier: Apache-2.0
import type { Principal, Role } from "../../scope.ts";
import { signedInProcedure } from "../trpc.ts";

export interface Me {
  user: { id: string; email: string; name: string };
  memberships: { tenant: { name: string; displayName: string }; role: Role }[];
  platformOperator: boolean;
}

/** What a person may know of their own session; without the tenants' database ids. */
export function toMe({ user, memberships, platformOperator }: Principal): Me {
  return {
    user,
    memberships: memberships.map(({ tenant: { name, displayName }, role }) => ({
      tenant: { name, displayName },
      role,
    })),
    platformOperator,
  };
}

export const me = signedInProcedure.query(({ ctx: { principal } }): Me => toMe(principal));
