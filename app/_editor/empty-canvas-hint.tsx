// SPDX-License-Identifier: Apache-2.0
import { Waypoints } from "lucide-react";

/** Lies over an empty canvas and lets the pointer through. */
export function EmptyCanvasHint({ readOnly }: { readOnly: boolean }) {
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      <div className="max-w-sm text-center">
        <Waypoints aria-hidden className="mx-auto mb-3 size-6 text-ink-muted" />
        <p className="font-medium text-sm">{readOnly ? "This chain is empty" : "Nothing is drawn yet"}</p>
        {!readOnly && (
          <p className="mt-1 text-balance text-ink-muted text-sm">
            Drag an attachment from the left, then a function, then the attachment where packets leave.
            Connect them from the dot on the right of one to the dot on the left of the next.
          </p>
        )}
      </div>
    </div>
  );
}
