// SPDX-License-Identifier: Apache-2.0
import { classes } from "./classes.ts";

/** "Ctrl+Shift+Z" as key caps. */
export function Keys({ text, inverted }: { text: string; inverted?: boolean }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      {text.split("+").map((key) => (
        <kbd
          key={key}
          className={classes(
            "rounded border px-1 font-sans text-2xs leading-4",
            inverted ? "border-canvas/30 text-canvas/80" : "border-line-strong bg-sunken text-ink-soft",
          )}
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
