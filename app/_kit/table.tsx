// SPDX-License-Identifier: Apache-2.0
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";

/** A table that scrolls sideways in itself rather than the page. `label` names it for assistive technology. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="overflow-x-auto">
      <table aria-label={label} className="w-full border-collapse text-sm">
        {children}
      </table>
    </div>
  );
}

/** `end`: figures, aligned right so that digits stand below each other. */
export function Th({ end, className, ...rest }: ComponentProps<"th"> & { end?: boolean }) {
  return (
    <th
      scope="col"
      className={classes(
        "h-9 whitespace-nowrap border-line border-b px-4 font-medium text-ink-muted text-xs",
        end ? "text-right" : "text-left",
        className,
      )}
      {...rest}
    />
  );
}

export function Td({ end, className, ...rest }: ComponentProps<"td"> & { end?: boolean }) {
  return (
    <td
      className={classes("h-10 px-4 py-1.5", end && "figures whitespace-nowrap text-right", className)}
      {...rest}
    />
  );
}

export const Tr = ({ className, ...rest }: ComponentProps<"tr">) => (
  <tr className={classes("border-line border-b last:border-b-0 hover:bg-hover/60", className)} {...rest} />
);
