// SPDX-License-Identifier: Apache-2.0
import { BrickWall, EthernetPort, type LucideIcon } from "lucide-react";

/** What the product is, drawn in its own language. A picture, so it is hidden from assistive technology. */
export function ChainPicture() {
  return (
    <div aria-hidden className="absolute inset-0 flex flex-col items-center justify-center gap-10 px-10">
      <div
        className="absolute inset-0 opacity-60"
        style={{
          backgroundImage: "radial-gradient(var(--color-line-strong) 1px, transparent 1px)",
          backgroundSize: "24px 24px",
          maskImage: "radial-gradient(ellipse at center, black 30%, transparent 75%)",
        }}
      />
      <div className="relative flex w-full max-w-2xl items-center">
        <PictureNode icon={EthernetPort} title="client" detail="10.0.1.0/24" />
        <PictureEdge />
        <PictureNode icon={BrickWall} title="firewall" detail="your rules" accent />
        <PictureEdge />
        <PictureNode icon={EthernetPort} title="server" detail="10.0.2.0/24" />
      </div>
      <p className="relative max-w-md text-balance text-center text-ink-soft text-lg leading-7">
        Draw the path. Publish it. Watch your packets take it, a second later.
      </p>
    </div>
  );
}

function PictureNode({
  icon: Icon,
  title,
  detail,
  accent,
}: {
  icon: LucideIcon;
  title: string;
  detail: string;
  accent?: boolean;
}) {
  return (
    <div className="flex shrink-0 items-center gap-2.5 rounded-lg border border-line-strong bg-raised px-3 py-3 shadow-float">
      <span
        className={`grid size-8 place-items-center rounded-md ${accent ? "bg-accent-soft text-accent" : "bg-sunken text-ink-soft"}`}
      >
        <Icon className="size-4" />
      </span>
      <span>
        <span className="block font-semibold text-sm">{title}</span>
        <span className="block text-2xs text-ink-muted">{detail}</span>
      </span>
    </div>
  );
}

/** Both ways, without figures: before sign-in there is nothing measured to show. */
function PictureEdge() {
  return (
    <div className="relative min-w-12 flex-1">
      <div className="h-0.5 w-full bg-line-strong" />
      <span className="absolute bottom-1.5 left-1/2 -translate-x-1/2 text-forward text-xs">→</span>
      <span className="absolute top-1.5 left-1/2 -translate-x-1/2 text-reverse text-xs">←</span>
    </div>
  );
}
