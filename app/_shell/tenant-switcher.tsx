// SPDX-License-Identifier: Apache-2.0
"use client";
import { Building2, ChevronsUpDown } from "lucide-react";
import { useRouter } from "next/navigation";
import type { Me } from "@/server/api/session/me.ts";
import { Menu, MenuChoice } from "../_kit/menu.tsx";

/** Which tenant's things are shown; a menu when the user belongs to several. */
export function TenantSwitcher({ me, tenant }: { me: Me; tenant: string }) {
  const router = useRouter();
  const current = me.memberships.find((membership) => membership.tenant.name === tenant);
  const label = current?.tenant.displayName ?? tenant;
  const several = me.memberships.length > 1;
  const content = (
    <>
      <Building2 aria-hidden className="size-4 shrink-0 text-ink-muted" />
      <span className="min-w-0 flex-1 max-lg:hidden">
        <span className="block truncate font-medium text-sm">{label}</span>
        {current && <span className="block text-2xs text-ink-muted capitalize">{current.role}</span>}
      </span>
    </>
  );
  const shape =
    "flex w-full items-center gap-2.5 rounded-md border border-line bg-raised px-2.5 py-1.5 text-left";
  if (!several) return <div className={`${shape} max-lg:justify-center`}>{content}</div>;
  const trigger = (
    <button
      type="button"
      aria-label={`Tenant ${label}; switch`}
      className={`${shape} hover:bg-hover max-lg:justify-center`}
    >
      {content}
      <ChevronsUpDown aria-hidden className="size-3.5 text-ink-muted max-lg:hidden" />
    </button>
  );
  const options = me.memberships.map(({ tenant: { name, displayName } }) => ({
    value: name,
    label: displayName,
  }));
  return (
    <Menu trigger={trigger}>
      <MenuChoice
        label="Tenants"
        value={tenant}
        onChange={(next) => router.push(`/t/${next}/chains`)}
        options={options}
      />
    </Menu>
  );
}
