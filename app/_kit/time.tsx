// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatAge } from "@nfaas/domain";
import { useNow } from "./use-now.ts";

const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** "3 min ago", with the full moment as its title. Dates are in the reader's own time zone. */
export function Ago({ time }: { time: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(time).toISOString()} title={now === null ? undefined : full.format(time)}>
      {now === null ? "…" : formatAge(time, now)}
    </time>
  );
}

/** The full moment, rendered in the browser only since the server doesn't know the reader's time zone. */
export function Moment({ time }: { time: number }) {
  const now = useNow();
  return <time dateTime={new Date(time).toISOString()}>{now === null ? "…" : full.format(time)}</time>;
}
