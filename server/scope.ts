// SPDX-License-Identifier: Apache-2.0
// Who asks, and for which tenant. Plain functions take a TenantScope: whoever holds one has been checked.

export type Role = "owner" | "admin" | "editor" | "viewer";
export const mayEdit = (role: Role): boolean => role !== "viewer";

/** Who did it, as the audit log says it. `id` is null for the platform's own doings. */
export interface Actor {
  id: string | null;
  name: string;
}

export interface TenantScope {
  tenant: { id: string; name: string };
  actor: Actor;
}

export interface Membership {
  tenant: { id: string; name: string; displayName: string };
  role: Role;
}

/** A person with a session that is still good. */
export interface Principal {
  sessionId: string;
  user: { id: string; email: string; name: string };
  memberships: Membership[];
  platformOperator: boolean;
}
