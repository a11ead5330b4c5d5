// SPDX-License-Identifier: Apache-2.0
"use client";
import type { ChainGraph, EditorAction, PaletteItem } from "@nfaas/domain";
import { GripVertical, type LucideIcon } from "lucide-react";
import { classes } from "../_kit/classes.ts";
import type { EditorCatalogue } from "./catalogue.ts";
import { attachmentIcon, functionIcon } from "./node-look.ts";
import { writeDrag } from "./palette-drag.ts";

interface PaletteProps {
  catalogue: EditorCatalogue;
  graph: ChainGraph;
  dispatch: (action: EditorAction) => void;
}

/** What can be put on the canvas: dragged there, or added beside the last node by click or keyboard. */
export function Palette({ catalogue, graph, dispatch }: PaletteProps) {
  const used = new Set(graph.nodes.map((node) => (node.kind === "attachment" ? node.attachment : "")));
  const add = (item: PaletteItem) => dispatch({ type: "add", item });
  return (
    <section
      aria-label="Palette"
      className="flex w-44 shrink-0 flex-col gap-5 overflow-y-auto border-line border-r bg-surface p-3 max-lg:w-40"
    >
      <Group title="Attachments" hint="Where your packets enter and leave.">
        {catalogue.attachments.map((attachment) => (
          <Item
            key={attachment.name}
            item={{ kind: "attachment", name: attachment.name }}
            title={attachment.name}
            detail={attachment.tap ? "Tap for mirrors’ copies" : attachment.prefixes.join(", ")}
            icon={attachmentIcon}
            used={used.has(attachment.name)}
            onAdd={add}
          />
        ))}
        {catalogue.attachments.length === 0 && (
          <p className="text-ink-muted text-xs">
            You have none yet. Ask the platform’s operator for an attachment.
          </p>
        )}
      </Group>
      <Group title="Functions" hint="What happens to them on the way.">
        {catalogue.functions.map((entry) => (
          <Item
            key={entry.name}
            item={{ kind: "function", name: entry.name }}
            title={entry.displayName}
            detail={entry.description}
            icon={functionIcon(entry.name)}
            used={false}
            onAdd={add}
          />
        ))}
      </Group>
    </section>
  );
}

function Group({ title, hint, children }: { title: string; hint: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <h2 className="font-medium text-xs">{title}</h2>
      <p className="mb-1 text-2xs text-ink-muted">{hint}</p>
      {children}
    </div>
  );
}

interface ItemProps {
  item: PaletteItem;
  title: string;
  detail: string;
  icon: LucideIcon;
  /** It is in the chain already, and may be there only once. */
  used: boolean;
  onAdd: (item: PaletteItem) => void;
}

function Item({ item, title, detail, icon: Icon, used, onAdd }: ItemProps) {
  return (
    <button
      type="button"
      aria-label={`Add ${title}`}
      title={used ? `${title} is in the chain already` : detail}
      disabled={used}
      draggable={!used}
      onDragStart={(event) => writeDrag(event.dataTransfer, item)}
      onClick={() => onAdd(item)}
      className={classes(
        "group flex items-center gap-2 rounded-md border border-line bg-raised px-2 py-1.5 text-left shadow-panel",
        used ? "opacity-45" : "hover:border-accent",
      )}
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-soft" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium text-xs">{title}</span>
        <span className="line-clamp-2 text-2xs text-ink-muted">{used ? "In the chain" : detail}</span>
      </span>
      {!used && (
        <GripVertical aria-hidden className="size-3.5 text-ink-muted opacity-0 group-hover:opacity-100" />
      )}
    </button>
  );
}
