// SPDX-License-Identifier: Apache-2.0
import type { Attachment } from "@nfaas/domain";
import type { TenantScope } from "../scope.ts";
import { services } from "../services.ts";

/** Where this tenant's packets may enter or leave, as the platform set it up. */
export async function listAttachments({ tenant }: TenantScope): Promise<Attachment[]> {
  const { world } = services();
  await world.ready();
  return world.tenants.get(tenant.name)?.spec.attachments ?? [];
}
