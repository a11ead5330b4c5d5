// SPDX-License-Identifier: Apache-2.0
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Empty } from "../_kit/surface.tsx";

/** A page that has nothing else to show than one sentence and a way on. */
export function StatusPage(props: {
  icon: LucideIcon;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="grid min-h-[70dvh] place-items-center">
      <Empty heading="h1" {...props} />
    </div>
  );
}
