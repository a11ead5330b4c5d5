// SPDX-License-Identifier: Apache-2.0
"use client";
import Link from "next/link";
import { useParams } from "next/navigation";
import type { ReactNode } from "react";
import type { Me } from "@/server/api/session/me.ts";
import { TipProvider } from "../_kit/tip.tsx";
import { DataProvider } from "../_trpc/client.tsx";
import { Wordmark } from "./brand.tsx";
import { MeProvider } from "./me-context.tsx";
import { Navigation } from "./navigation.tsx";
import { TenantSwitcher } from "./tenant-switcher.tsx";
import type { Theme } from "./theme.ts";
import { UserMenu } from "./user-menu.tsx";

/** What stands around every page of the console. */
export function Shell({ me, theme, children }: { me: Me; theme: Theme; children: ReactNode }) {
  const params = useParams<{ tenant?: string }>();
  const own = me.memberships.map((membership) => membership.tenant.name);
  const tenant = own.find((name) => name === params.tenant) ?? own[0] ?? null;
  return (
    <MeProvider me={me}>
      <DataProvider>
        <TipProvider>
          <a
            href="#content"
            className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2"
          >
            Skip to content
          </a>
          <div className="grid h-dvh grid-cols-[3.5rem_minmax(0,1fr)] lg:grid-cols-[12.5rem_minmax(0,1fr)]">
            <aside className="flex min-h-0 flex-col gap-4 border-line border-r bg-surface py-3">
              <Link
                href="/"
                aria-label="NFaaS, home"
                className="mx-auto flex h-8 items-center lg:mx-0 lg:px-4"
              >
                <span className="max-lg:[&_span_span]:hidden">
                  <Wordmark />
                </span>
              </Link>
              {tenant && (
                <div className="px-2">
                  <TenantSwitcher me={me} tenant={tenant} />
                </div>
              )}
              <Navigation tenant={tenant} operator={me.platformOperator} />
              <div className="mt-auto px-2">
                <UserMenu me={me} initialTheme={theme} />
              </div>
            </aside>
            <main id="content" tabIndex={-1} className="min-h-0 min-w-0 overflow-y-auto outline-none">
              {children}
            </main>
          </div>
        </TipProvider>
      </DataProvider>
    </MeProvider>
  );
}
