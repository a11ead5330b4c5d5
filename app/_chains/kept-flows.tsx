// SPDX-License-Identifier: Apache-2.0
import { formatCount } from "@nfaas/domain";
import type { KeepingView } from "@/server/chains/types.ts";

/** "2 flows stay on revision 3" for every older revision that keeps some. */
export function KeptFlows({ keeping }: { keeping: readonly KeepingView[] }) {
  return keeping.map(({ name, revision, flows }) => (
    <span
      key={name}
      data-testid={`kept-flows-${revision}`}
      data-flows={flows}
      className="figures text-ink-soft"
    >
      {flows === null ? "Established flows" : flows === 1 ? "1 flow" : `${formatCount(flows)} flows`}{" "}
      {flows === 1 ? "stays" : "stay"} on revision {revision}.
    </span>
  ));
}
