// SPDX-License-Identifier: Apache-2.0
"use client";
import { Dialog } from "../_kit/dialog.tsx";
import { Keys } from "../_kit/keys.tsx";
import { shortcuts } from "./use-shortcuts.ts";

export function HelpDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard"
      description="On a Mac, Cmd in place of Ctrl."
    >
      <dl className="grid grid-cols-[1fr_auto] items-center gap-y-2.5 text-sm">
        {shortcuts.map(({ keys, does }) => (
          <div key={keys} className="contents">
            <dt className="text-ink-soft">{does}</dt>
            <dd className="justify-self-end">
              <Keys text={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
