// SPDX-License-Identifier: Apache-2.0
"use client";
import { ChevronDown, ChevronUp } from "lucide-react";
import { Tabs } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "../_kit/button.tsx";
import { classes } from "../_kit/classes.ts";

export type DockTab = "configuration" | "problems" | "explain";

interface DockProps {
  tab: DockTab;
  onTab: (tab: DockTab) => void;
  open: boolean;
  onOpen: (open: boolean) => void;
  errors: number;
  warnings: number;
  configuration: ReactNode;
  problems: ReactNode;
  /** What happens to packets. */
  explain: ReactNode;
  /** Beside the tabs: what the configuration is of. */
  subject: ReactNode;
}

/** The panel below the canvas: as wide as a table of rules needs, since chains are drawn in breadth. */
export function Dock({
  tab,
  onTab,
  open,
  onOpen,
  errors,
  warnings,
  configuration,
  problems,
  explain,
  subject,
}: DockProps) {
  const choose = (next: string) => {
    onTab(next as DockTab);
    onOpen(true);
  };
  return (
    <Tabs.Root
      value={tab}
      onValueChange={choose}
      className={classes(
        "flex shrink-0 flex-col border-line border-t bg-surface",
        open ? "h-[44%] min-h-60" : "h-10",
      )}
    >
      <div className="flex h-10 shrink-0 items-center gap-1 border-line border-b pr-2 pl-2">
        <Tabs.List aria-label="Panel" className="flex items-center gap-1">
          <Tab value="configuration">Configuration</Tab>
          <Tab value="problems">
            Problems
            {errors > 0 && <Count className="bg-bad-soft text-bad">{errors}</Count>}
            {warnings > 0 && <Count className="bg-warn-soft text-warn">{warnings}</Count>}
          </Tab>
          <Tab value="explain">Explain</Tab>
        </Tabs.List>
        <div className="flex min-w-0 flex-1 items-center gap-3 overflow-x-auto px-3">{subject}</div>
        <IconButton
          icon={open ? ChevronDown : ChevronUp}
          label={open ? "Collapse panel" : "Expand panel"}
          size="sm"
          onClick={() => onOpen(!open)}
        />
      </div>
      {open && (
        <>
          <Tabs.Content value="configuration" className="min-h-0 flex-1 overflow-auto outline-none">
            {configuration}
          </Tabs.Content>
          <Tabs.Content value="problems" className="min-h-0 flex-1 overflow-auto outline-none">
            {problems}
          </Tabs.Content>
          {/* Stays, so that what was found is there when one comes back from a node's configuration. */}
          <Tabs.Content
            value="explain"
            forceMount
            className="min-h-0 flex-1 overflow-auto outline-none data-[state=inactive]:hidden"
          >
            {explain}
          </Tabs.Content>
        </>
      )}
    </Tabs.Root>
  );
}

const Tab = ({ value, children }: { value: DockTab; children: ReactNode }) => (
  <Tabs.Trigger
    value={value}
    className="inline-flex h-7 items-center gap-1.5 rounded-md px-2.5 font-medium text-ink-muted text-xs hover:text-ink data-[state=active]:bg-sunken data-[state=active]:text-ink"
  >
    {children}
  </Tabs.Trigger>
);

const Count = ({ className, children }: { className: string; children: ReactNode }) => (
  <span className={classes("figures rounded-full px-1.5 text-2xs", className)}>{children}</span>
);
