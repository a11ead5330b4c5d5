// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatDuration } from "@nfaas/domain";
import { Check, ChevronRight, LoaderCircle, X } from "lucide-react";
import type { ChainStatus, PublishStep, StepName } from "@/server/chains/types.ts";
import { KeptFlows } from "../_chains/kept-flows.tsx";
import { classes } from "../_kit/classes.ts";
import { Ago } from "../_kit/time.tsx";

const labels: Record<StepName, string> = { accepted: "Accepted", programmed: "Programmed", live: "Live" };

interface ProgressStripProps {
  status: ChainStatus;
  /** When the newest revision was published; steps are timed from there. */
  publishedAt: number | null;
}

/** How far the newest revision has come, how long each step took, and what holds it up. */
export function ProgressStrip({ status, publishedAt }: ProgressStripProps) {
  if (status.steps.length === 0) return null;
  const stuck = status.steps.find((step) => step.state !== "done" && step.message !== "");
  const { publishedRevision, liveRevision } = status;
  return (
    <section
      aria-label="Publish progress"
      className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b bg-surface px-4 py-1.5 text-xs"
    >
      <span className="figures font-medium">Revision {publishedRevision}</span>
      <ol className="flex items-center gap-1.5">
        {status.steps.map((step, index) => (
          <li key={step.name} className="flex items-center gap-1.5">
            {index > 0 && <ChevronRight aria-hidden className="size-3.5 text-ink-muted" />}
            <Step step={step} started={publishedAt} />
          </li>
        ))}
      </ol>
      {liveRevision !== null && liveRevision !== publishedRevision && (
        <span className="figures text-ink-soft">Revision {liveRevision} carries the traffic meanwhile.</span>
      )}
      <KeptFlows keeping={status.keeping} />
      {stuck && (
        <span
          role="status"
          className={classes("min-w-0", stuck.state === "failed" ? "text-bad" : "text-ink-soft")}
        >
          {stuck.message} <code className="font-mono text-2xs opacity-80">{stuck.reason}</code>
        </span>
      )}
      {!stuck && publishedAt !== null && (
        <span className="ml-auto text-ink-muted">
          Published <Ago time={publishedAt} />
        </span>
      )}
    </section>
  );
}

function Step({ step, started }: { step: PublishStep; started: number | null }) {
  const { name, state, since } = step;
  const took = state === "done" && since !== null && started !== null ? Math.max(0, since - started) : null;
  return (
    <span
      data-testid={`step-${name}`}
      data-state={state}
      className={classes(
        "inline-flex items-center gap-1",
        state === "done" ? "text-ok" : state === "failed" ? "text-bad" : "text-ink-muted",
      )}
    >
      <StepIcon state={state} />
      <span className="font-medium">{labels[name]}</span>
      <span className="sr-only">: {state}</span>
      {took !== null && <span className="figures text-ink-muted">{stepDuration(took)}</span>}
    </span>
  );
}

function StepIcon({ state }: { state: PublishStep["state"] }) {
  if (state === "done") return <Check aria-hidden className="size-3.5" strokeWidth={2.5} />;
  if (state === "failed") return <X aria-hidden className="size-3.5" strokeWidth={2.5} />;
  return <LoaderCircle aria-hidden className="size-3.5 motion-safe:animate-spin" />;
}

/** A condition's time has whole seconds (metav1.Time of Kubernetes), so nothing finer is known. */
function stepDuration(milliseconds: number): string {
  return milliseconds < 1000
    ? "< 1 s"
    : formatDuration(Math.round(milliseconds / 1000) * 1000).replace(".0", "");
}
