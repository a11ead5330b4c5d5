// SPDX-License-Identifier: Apache-2.0
"use client";
import { Activity, type LucideIcon, ScrollText, Server, Waypoints } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { classes } from "../_kit/classes.ts";

interface Destination {
  href: string;
  label: string;
  icon: LucideIcon;
}

const tenantDestinations = (tenant: string): Destination[] => [
  { href: `/t/${tenant}/chains`, label: "Chains", icon: Waypoints },
  { href: `/t/${tenant}/live`, label: "Live", icon: Activity },
  { href: `/t/${tenant}/audit`, label: "Audit", icon: ScrollText },
];
const platform: Destination = { href: "/platform", label: "Platform", icon: Server };

export function Navigation({ tenant, operator }: { tenant: string | null; operator: boolean }) {
  const path = usePathname();
  const destinations = [...(tenant ? tenantDestinations(tenant) : []), ...(operator ? [platform] : [])];
  return (
    <nav aria-label="Main" className="flex flex-col gap-0.5 px-2">
      {destinations.map(({ href, label, icon: Icon }) => {
        const here = path === href || path.startsWith(`${href}/`);
        return (
          <Link
            key={href}
            href={href}
            aria-current={here ? "page" : undefined}
            className={classes(
              "flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-sm transition-colors max-lg:justify-center",
              here ? "bg-accent-soft text-accent" : "text-ink-soft hover:bg-hover hover:text-ink",
            )}
          >
            <Icon aria-hidden className="size-4 shrink-0" />
            <span className="max-lg:sr-only">{label}</span>
          </Link>
        );
      })}
    </nav>
  );
}
