// SPDX-License-Identifier: Apache-2.0
import type { ReactNode } from "react";

interface StatProps {
  label: string;
  value: string;
  detail?: ReactNode;
  /** A colour token for the bar at the side. */
  colour?: string;
  testId?: string;
}

/** One figure, large. */
export function Stat({ label, value, detail, colour, testId }: StatProps) {
  const [figure, ...unit] = value.split(" ");
  return (
    <div className="relative min-w-0 overflow-hidden rounded-lg border border-line bg-surface px-4 py-3 shadow-panel">
      {colour && (
        <span
          aria-hidden
          className="absolute inset-y-3 left-0 w-0.75 rounded-r"
          style={{ background: `var(--color-${colour})` }}
        />
      )}
      <p className="text-ink-muted text-xs">{label}</p>
      <p
        data-testid={testId}
        className="figures mt-0.5 whitespace-nowrap font-semibold text-2xl tracking-tight"
      >
        {figure} <span className="font-medium text-ink-muted text-sm tracking-normal">{unit.join(" ")}</span>
      </p>
      {detail && <p className="figures mt-0.5 truncate text-ink-muted text-xs">{detail}</p>}
    </div>
  );
}
