// SPDX-License-Identifier: Apache-2.0
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";

interface PanelProps {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Without padding, for tables and canvases. */
  flush?: boolean;
}

export function Panel({ title, actions, children, className, flush }: PanelProps) {
  return (
    <section
      className={classes(
        "flex min-w-0 flex-col rounded-lg border border-line bg-surface shadow-panel",
        className,
      )}
    >
      {title && (
        <header className="flex h-11 shrink-0 items-center justify-between gap-3 border-line border-b px-4">
          <h2 className="font-medium text-sm">{title}</h2>
          {actions}
        </header>
      )}
      <div className={classes("min-h-0 flex-1", !flush && "p-4")}>{children}</div>
    </section>
  );
}

type Tone = "neutral" | "accent" | "ok" | "warn" | "bad";
const tones: Record<Tone, string> = {
  neutral: "bg-sunken text-ink-soft",
  accent: "bg-accent-soft text-accent",
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
};
const dots: Record<Tone, string> = {
  neutral: "bg-ink-muted",
  accent: "bg-accent",
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
};

export function Badge({
  tone = "neutral",
  dot,
  children,
}: {
  tone?: Tone;
  dot?: boolean;
  children: ReactNode;
}) {
  return (
    <span
      className={classes(
        "inline-flex h-5 items-center gap-1.5 whitespace-nowrap rounded-full px-2 font-medium text-2xs",
        tones[tone],
      )}
    >
      {dot && <Dot tone={tone} />}
      {children}
    </span>
  );
}
export type { Tone };

const Dot = ({ tone }: { tone: Tone }) => (
  <span aria-hidden className={classes("size-1.5 shrink-0 rounded-full", dots[tone])} />
);

export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden className={classes("block motion-safe:animate-pulse rounded-md bg-sunken", className)} />
);

interface EmptyProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  /** When this is all the page has. */
  heading?: "h1" | "h2";
}

/** Says what would be here and how it gets here. */
export function Empty({ icon: Icon, title, children, action, heading: Heading = "h2" }: EmptyProps) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <span className="mb-4 grid size-11 place-items-center rounded-xl bg-accent-soft text-accent">
        <Icon aria-hidden className="size-5" />
      </span>
      <Heading className="font-semibold text-base">{title}</Heading>
      {children && <div className="mt-1.5 max-w-md text-pretty text-ink-muted text-sm">{children}</div>}
      {action && <div className="mt-5">{action}</div>}
    </div>
  );
}

/** A sentence that something is wrong, with what to do. */
export function Notice({
  tone,
  icon: Icon,
  children,
  actions,
}: {
  tone: Tone;
  icon?: LucideIcon;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div
      role="status"
      className={classes("flex items-start gap-2.5 rounded-lg px-3.5 py-2.5 text-sm", tones[tone])}
    >
      {Icon && <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />}
      <div className="min-w-0 flex-1">{children}</div>
      {actions}
    </div>
  );
}
