// SPDX-License-Identifier: Apache-2.0
import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { Tip } from "./tip.tsx";

type Look = "primary" | "secondary" | "ghost" | "warning" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-accent text-accent-ink hover:bg-accent-strong shadow-panel",
  secondary: "border border-line-strong bg-raised text-ink hover:bg-hover shadow-panel",
  ghost: "text-ink-soft hover:bg-hover hover:text-ink",
  /** Ghost, in the colour of what is wrong. */
  warning: "text-bad hover:bg-bad-soft",
  danger: "bg-bad text-accent-ink hover:bg-bad-strong shadow-panel",
};
const shape =
  "inline-flex shrink-0 select-none items-center justify-center gap-1.5 rounded-md font-medium transition-colors disabled:pointer-events-none disabled:opacity-45";

export interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  size?: "sm" | "md" | "lg";
  icon?: LucideIcon;
}

const sizes = { sm: "h-7 px-2.5 text-xs", md: "h-8 px-3 text-sm", lg: "h-10 px-4 text-base" };

export function Button({
  look = "secondary",
  size = "md",
  icon: Icon,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button type="button" className={classes(shape, looks[look], sizes[size], className)} {...rest}>
      {Icon && <Icon aria-hidden className="size-4" />}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: LucideIcon;
  /** The accessible name, and the tooltip. */
  label: string;
  /** Shown beside the name in the tooltip, e.g. "Ctrl+Z". */
  keys?: string;
  look?: Look;
  size?: "sm" | "md";
}

export function IconButton({
  icon: Icon,
  label,
  keys,
  look = "ghost",
  size = "md",
  className,
  ...rest
}: IconButtonProps) {
  const square = size === "sm" ? "size-6" : "size-8";
  return (
    <Tip label={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        className={classes(shape, looks[look], square, className)}
        {...rest}
      >
        <Icon aria-hidden className={size === "sm" ? "size-3.5" : "size-4"} />
      </button>
    </Tip>
  );
}
