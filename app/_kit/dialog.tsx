// SPDX-License-Identifier: Apache-2.0
"use client";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  children: ReactNode;
  wide?: boolean;
}

const overlay = "fade-in fixed inset-0 z-40 bg-black/40";

export function Dialog({ open, onOpenChange, title, description, children, wide }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className={overlay} />
        <Radix.Content
          className={classes(
            "float-in fixed top-[12vh] left-1/2 z-50 flex max-h-[76vh] w-[calc(100vw-3rem)] -translate-x-1/2 flex-col rounded-xl border border-line bg-raised shadow-float",
            wide ? "max-w-4xl" : "max-w-md",
          )}
        >
          <Head title={title} description={description} />
          <div className="min-h-0 overflow-y-auto px-5 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A drawer from the right that leaves what it talks about visible and usable. */
export function Sheet({ open, onOpenChange, title, description, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Radix.Portal>
        <Radix.Content
          onInteractOutside={(event) => event.preventDefault()}
          className="sheet-in fixed inset-y-0 right-0 z-30 flex w-96 max-w-[90vw] flex-col border-line border-l bg-raised shadow-float"
        >
          <Head title={title} description={description} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Head({ title, description }: { title: string; description?: ReactNode }) {
  return (
    <header className="flex items-start justify-between gap-4 px-5 pt-4 pb-3">
      <div>
        <Radix.Title className="font-semibold text-base">{title}</Radix.Title>
        {description ? (
          <Radix.Description className="mt-0.5 text-ink-muted text-sm">{description}</Radix.Description>
        ) : (
          <Radix.Description className="sr-only">{title}</Radix.Description>
        )}
      </div>
      <Radix.Close asChild>
        <button
          type="button"
          aria-label="Close"
          className="grid size-6 shrink-0 place-items-center rounded-md text-ink-soft hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-3.5" />
        </button>
      </Radix.Close>
    </header>
  );
}

/** Where a dialog's buttons stand. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className="mt-5 flex justify-end gap-2">{children}</div>
);
