// SPDX-License-Identifier: Apache-2.0
"use client";
import { Tooltip } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./keys.tsx";

export const TipProvider = ({ children }: { children: ReactNode }) => (
  <Tooltip.Provider delayDuration={350} skipDelayDuration={200}>
    {children}
  </Tooltip.Provider>
);

/** A tooltip over one element that can take focus. */
export function Tip({
  label,
  keys,
  children,
}: {
  label: ReactNode;
  keys?: string | undefined;
  children: ReactElement;
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={6}
          collisionPadding={8}
          className="float-in z-50 flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-canvas text-xs shadow-float"
        >
          {label}
          {keys && <Keys text={keys} inverted />}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
