// SPDX-License-Identifier: Apache-2.0
"use client";
import { formatBitRate, formatPacketRate } from "@nfaas/domain";
import { MoreHorizontal, PencilRuler, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ChainSummary } from "@/server/chains/types.ts";
import type { LivePoint } from "@/server/telemetry/types.ts";
import { IconButton } from "../_kit/button.tsx";
import { Menu, MenuItem } from "../_kit/menu.tsx";
import { Td, Tr } from "../_kit/table.tsx";
import { Ago } from "../_kit/time.tsx";
import { bucketPoints } from "../_live/buckets.ts";
import { Sparkline } from "../_live/sparkline.tsx";
import { useChainHistory } from "./chain-points.ts";
import { ChainStateBadge } from "./chain-state.tsx";
import { DeleteChainDialog } from "./delete-chain-dialog.tsx";

interface ChainRowProps {
  tenant: string;
  chain: ChainSummary;
  points: LivePoint[] | undefined;
  mayEdit: boolean;
}

export function ChainRow({ tenant, chain, points, mayEdit }: ChainRowProps) {
  const href = `/t/${tenant}/chains/${chain.name}`;
  const now = points?.at(-1);
  return (
    <Tr>
      <Td>
        <Link href={href} className="group block py-2">
          <span className="font-medium text-sm group-hover:text-accent">{chain.title || chain.name}</span>
          <span className="block font-mono text-2xs text-ink-muted">{chain.name}</span>
        </Link>
      </Td>
      <Td>
        <span title={chain.message ?? undefined}>
          <ChainStateBadge state={chain.state} />
        </span>
      </Td>
      <Td>
        <RateSparkline tenant={tenant} chain={chain} points={points} />
      </Td>
      <Td end>
        <span className="block">
          {chain.liveRevision === null ? "–" : formatBitRate(now?.in.bitsPerSecond)}
        </span>
        <span className="block text-2xs text-ink-muted">
          {chain.liveRevision === null ? "" : formatPacketRate(now?.in.packetsPerSecond)}
        </span>
      </Td>
      <Td className="whitespace-nowrap text-ink-soft">
        <Published chain={chain} />
      </Td>
      <Td end className="w-12">
        <RowMenu tenant={tenant} chain={chain} href={href} mayEdit={mayEdit} />
      </Td>
    </Tr>
  );
}

function Published({ chain }: { chain: ChainSummary }) {
  if (chain.publishedRevision === null || chain.publishedAt === null) return "Never";
  return (
    <>
      <span className="figures">r{chain.publishedRevision}</span> · <Ago time={chain.publishedAt} />
      {chain.unpublishedChanges && <span className="block text-2xs text-ink-muted">Draft has changes</span>}
    </>
  );
}

const sparkBuckets = 60;

function RateSparkline({ tenant, chain, points }: Pick<ChainRowProps, "tenant" | "chain" | "points">) {
  const history = useChainHistory(tenant, chain.name, points);
  const end = history.at(-1)?.time;
  if (end === undefined || chain.liveRevision === null) return <span className="text-ink-muted">–</span>;
  const values = bucketPoints(history, end, sparkBuckets, (point) => point.in.bitsPerSecond);
  return <Sparkline values={values} label={`Throughput of ${chain.name} over the last 10 minutes`} />;
}

function RowMenu({ tenant, chain, href, mayEdit }: Omit<ChainRowProps, "points"> & { href: string }) {
  const router = useRouter();
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu align="end" trigger={<IconButton icon={MoreHorizontal} label={`Actions for ${chain.name}`} />}>
        <MenuItem icon={PencilRuler} onSelect={() => router.push(href)}>
          {mayEdit ? "Edit" : "Open"}
        </MenuItem>
        <MenuItem icon={Trash2} danger disabled={!mayEdit} onSelect={() => setDeleting(true)}>
          Delete
        </MenuItem>
      </Menu>
      <DeleteChainDialog
        tenant={tenant}
        chain={chain.name}
        live={chain.liveRevision !== null}
        open={deleting}
        onOpenChange={setDeleting}
      />
    </>
  );
}
