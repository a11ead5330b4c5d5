// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

interface PageProps {
  title: string;
  description?: ReactNode;
  /** Beside the title. */
  badge?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with a title; the editor has a frame of its own. */
export function Page({ title, description, badge, actions, children }: PageProps) {
  return (
    <div className="mx-auto flex w-full max-w-7xl flex-col gap-5 px-6 py-6 lg:px-8">
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div>
          <div className="flex items-center gap-3">
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            {badge}
          </div>
          {description && <p className="mt-1 max-w-2xl text-pretty text-ink-muted text-sm">{description}</p>}
        </div>
        {actions && <div className="flex items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
