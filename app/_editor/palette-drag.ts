// SPDX-License-Identifier: Apache-2.0
// What travels with a drag from the palette to the canvas.
import type { PaletteItem } from "@nfaas/domain";

const mediaType = "application/x-nfaas-palette-item";

export function writeDrag(transfer: DataTransfer, item: PaletteItem): void {
  transfer.setData(mediaType, JSON.stringify(item));
  transfer.effectAllowed = "copy";
}

/** Null when something else was dropped. */
export function readDrag(transfer: DataTransfer): PaletteItem | null {
  const text = transfer.getData(mediaType);
  if (!text) return null;
  const { kind, name } = JSON.parse(text) as Partial<PaletteItem>;
  return (kind === "attachment" || kind === "function") && typeof name === "string" ? { kind, name } : null;
}
