// SPDX-License-Identifier: Apache-2.0
import type { DiffLine } from "@nfaas/domain";
import { classes } from "../_kit/classes.ts";

const looks = {
  same: { sign: " ", colour: "text-ink-soft" },
  added: { sign: "+", colour: "bg-ok-soft text-ok" },
  removed: { sign: "−", colour: "bg-bad-soft text-bad" },
} as const;

export function DiffView({ lines }: { lines: readonly DiffLine[] }) {
  return (
    <pre className="overflow-x-auto rounded-lg border border-line bg-canvas py-2 font-mono text-xs leading-5">
      {lines.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat; their place is what they are.
        <div key={index} className={classes("px-3", looks[kind].colour)}>
          <span aria-hidden className="inline-block w-4 select-none opacity-70">
            {looks[kind].sign}
          </span>
          {kind !== "same" && <span className="sr-only">{kind}: </span>}
          {text}
        </div>
      ))}
    </pre>
  );
}

/** Every publish changes this line; it is no change of the graph. */
const revisionLine = /^ {2}revision: \d+$/;

export function countChanges(lines: readonly DiffLine[]): { added: number; removed: number } {
  const changed = lines.filter((line) => !revisionLine.test(line.text));
  const count = (kind: DiffLine["kind"]) => changed.filter((line) => line.kind === kind).length;
  return { added: count("added"), removed: count("removed") };
}
