// SPDX-License-Identifier: Apache-2.0

/** The mark: three nodes on one path. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className}>
      <title>NFaaS</title>
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <path
        d="M6.5 15.5 12 8.5l5.5 7"
        className="stroke-accent-ink"
        strokeWidth="1.6"
        fill="none"
        strokeLinecap="round"
      />
      <circle cx="6.5" cy="15.5" r="2.3" className="fill-accent-ink" />
      <circle cx="12" cy="8.5" r="2.3" className="fill-accent-ink" />
      <circle cx="17.5" cy="15.5" r="2.3" className="fill-accent-ink" />
    </svg>
  );
}

export const Wordmark = () => (
  <span className="inline-flex items-center gap-2.5">
    <Mark className="size-6" />
    <span className="font-semibold text-base tracking-tight">NFaaS</span>
  </span>
);
