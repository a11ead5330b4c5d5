// SPDX-License-Identifier: Apache-2.0
"use client";
import type { Issue } from "@nfaas/domain";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";

/** All that is wrong with the drawing; a click goes to the place. */
export function Problems({ issues, onGo }: { issues: readonly Issue[]; onGo: (issue: Issue) => void }) {
  if (issues.length === 0) {
    return (
      <p className="flex items-center gap-2 p-4 text-ink-muted text-sm">
        <CircleCheck aria-hidden className="size-4 text-ok" /> No problems. The chain can be published.
      </p>
    );
  }
  return (
    <ul aria-label="Problems" className="p-1.5">
      {issues.map((issue) => (
        <li key={`${issue.code} ${issue.path} ${issue.message}`}>
          <button
            type="button"
            onClick={() => onGo(issue)}
            className="flex w-full items-start gap-2.5 rounded-md px-2.5 py-1.5 text-left text-sm hover:bg-hover"
          >
            {issue.severity === "error" ? (
              <CircleX aria-label="Error" className="mt-0.5 size-4 shrink-0 text-bad" />
            ) : (
              <TriangleAlert aria-label="Warning" className="mt-0.5 size-4 shrink-0 text-warn" />
            )}
            <span className="min-w-0 flex-1">{issue.message}</span>
            <span className="shrink-0 text-ink-muted text-xs">{issue.rule ?? issue.node ?? issue.edge}</span>
            <code className="shrink-0 font-mono text-2xs text-ink-muted leading-5">{issue.code}</code>
          </button>
        </li>
      ))}
    </ul>
  );
}
