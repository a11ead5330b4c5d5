// SPDX-License-Identifier: Apache-2.0
"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { Fragment } from "react";
import type { AuditEvent } from "@/server/audit/list-audit-events.ts";
import { Button } from "../_kit/button.tsx";
import { Empty, Panel, Skeleton } from "../_kit/surface.tsx";
import { Table, Td, Th, Tr } from "../_kit/table.tsx";
import { Moment } from "../_kit/time.tsx";
import { Page } from "../_shell/page.tsx";
import { useTRPC } from "../_trpc/client.tsx";
import { errorOf } from "../_trpc/errors.ts";

export function AuditView({ tenant }: { tenant: string }) {
  const trpc = useTRPC();
  const audit = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { tenant },
      { getNextPageParam: (page) => page.nextCursor, staleTime: 0 },
    ),
  );
  const events = audit.data?.pages.flatMap((page) => page.events);
  return (
    <Page
      title="Audit"
      description="Everything that changed anything, by whom and when. Events can’t be altered or removed."
    >
      <Panel flush>
        {audit.error && <p className="p-4 text-bad text-sm">{errorOf(audit.error).message}</p>}
        {!events && !audit.error && <Skeleton className="m-4 h-48" />}
        {events?.length === 0 && (
          <Empty icon={ScrollText} title="Nothing has happened yet">
            Sign-ins, publishes and every other change will be listed here.
          </Empty>
        )}
        {events && events.length > 0 && <EventTable events={events} />}
      </Panel>
      {audit.hasNextPage && (
        <Button
          className="self-center"
          disabled={audit.isFetchingNextPage}
          onClick={() => void audit.fetchNextPage()}
        >
          {audit.isFetchingNextPage ? "Loading…" : "Show older events"}
        </Button>
      )}
    </Page>
  );
}

function EventTable({ events }: { events: readonly AuditEvent[] }) {
  return (
    <Table label="Audit events">
      <thead>
        <tr>
          <Th>Time</Th>
          <Th>Who</Th>
          <Th>Action</Th>
          <Th>Object</Th>
          <Th>Details</Th>
        </tr>
      </thead>
      <tbody>
        {events.map(({ id, time, actor, action, object, details }) => (
          <Tr key={id}>
            <Td className="figures whitespace-nowrap text-ink-soft">
              <Moment time={time} />
            </Td>
            <Td>{actor}</Td>
            <Td>
              <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-xs">{action}</code>
            </Td>
            <Td className="font-mono text-xs">{object}</Td>
            <Td className="text-ink-soft text-xs">
              <Details details={details} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}

function Details({ details }: { details: Record<string, unknown> }) {
  const entries = Object.entries(details).filter(([, value]) => value !== null && value !== undefined);
  if (entries.length === 0) return "–";
  return entries.map(([name, value], index) => (
    <Fragment key={name}>
      {index > 0 && " · "}
      <span className="text-ink-muted">{name}</span>{" "}
      {typeof value === "object" ? JSON.stringify(value) : String(value)}
    </Fragment>
  ));
}
