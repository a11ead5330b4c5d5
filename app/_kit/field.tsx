// SPDX-License-Identifier: Apache-2.0
import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes.ts";

const box =
  "w-full rounded-md border bg-raised placeholder:text-ink-muted transition-colors focus-visible:outline-offset-0 disabled:opacity-60";
const height = { sm: "h-7 px-1.5 text-xs", md: "h-8 px-2.5 text-sm", lg: "h-10 px-3 text-base" };

interface Look {
  /** Marks the field as wrong; the message itself stands elsewhere. */
  wrong?: boolean | undefined;
  extent?: keyof typeof height;
}

export function Input({ wrong, extent = "md", className, ...rest }: ComponentProps<"input"> & Look) {
  const border = wrong ? "border-bad" : "border-line-strong hover:border-ink-muted";
  return (
    <input
      aria-invalid={wrong || undefined}
      className={classes(box, border, height[extent], className)}
      {...rest}
    />
  );
}

export function Select({ wrong, extent = "md", className, ...rest }: ComponentProps<"select"> & Look) {
  const border = wrong ? "border-bad" : "border-line-strong hover:border-ink-muted";
  return (
    <select
      aria-invalid={wrong || undefined}
      className={classes(box, border, height[extent], "pr-1", className)}
      {...rest}
    />
  );
}

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  /** Gets the id for the control and the ids that describe it. */
  children: (ids: { id: string; "aria-describedby": string | undefined }) => ReactNode;
}

/** A label, a control, a hint and what is wrong with it, tied together for assistive technology. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium text-ink-soft text-xs">
        {label}
      </label>
      {children({ id, "aria-describedby": note ? `${id}-note` : undefined })}
      {note && (
        <p
          id={`${id}-note`}
          role={error ? "alert" : undefined}
          className={classes("text-xs", error ? "text-bad" : "text-ink-muted")}
        >
          {note}
        </p>
      )}
    </div>
  );
}
