// SPDX-License-Identifier: Apache-2.0
"use client";
import {
  type Action,
  type FirewallRule,
  formatCount,
  formatPacketRate,
  hasPorts,
  type Protocol,
  protocols,
  withProtocol,
} from "@nfaas/domain";
import { ArrowDown, ArrowUp, GripVertical, Trash2 } from "lucide-react";
import { type DragEvent, memo } from "react";
import type { LiveRule } from "@/server/telemetry/types.ts";
import { IconButton } from "../_kit/button.tsx";
import { classes } from "../_kit/classes.ts";
import { Input, Select } from "../_kit/field.tsx";
import { PortsInput } from "./ports-input.tsx";
import type { RuleIssues } from "./rule-issues.ts";

export interface RuleRowProps {
  rule: FirewallRule;
  index: number;
  last: boolean;
  readOnly: boolean;
  issues: RuleIssues | undefined;
  figures: LiveRule | null;
  /** A rule is being dragged over this one. */
  target: boolean;
  /** The same function as long as the list lives, so that a row is drawn again only when it changes. */
  act: (edit: RuleEdit) => void;
}

/** What a row can ask for. */
export type RuleEdit =
  /** Changes of one field in a row are one step of undo. */
  | { type: "change"; index: number; field: string; change: Partial<FirewallRule> }
  | { type: "leave" }
  | { type: "move"; index: number; to: number }
  | { type: "remove"; index: number }
  | { type: "drag"; index: number; phase: "start" | "over" | "drop" | "end" };

export const RuleRow = memo(function RuleRow(props: RuleRowProps) {
  const { rule, index, readOnly, issues, target, act } = props;
  const onDrag = (phase: "start" | "over" | "drop" | "end") => act({ type: "drag", index, phase });
  const over = (event: DragEvent) => {
    event.preventDefault();
    onDrag("over");
  };
  const notes = Object.values(issues ?? {});
  return (
    <>
      <tr
        onDragOver={over}
        onDrop={() => onDrag("drop")}
        className={classes(
          "align-top",
          target && "bg-accent-soft",
          rule.action === "deny" && "text-ink-soft",
        )}
      >
        <td className="w-6 pt-1.5 pl-2">
          {!readOnly && (
            // biome-ignore lint/a11y/noStaticElementInteractions: for pointers only; keyboards have the Move buttons.
            <span
              draggable
              title="Drag to reorder"
              onDragStart={() => onDrag("start")}
              onDragEnd={() => onDrag("end")}
              className="grid h-7 cursor-grab place-items-center text-ink-muted active:cursor-grabbing"
            >
              <GripVertical aria-hidden className="size-3.5" />
            </span>
          )}
        </td>
        <td className="figures w-7 pt-1.5 text-right text-2xs text-ink-muted leading-7">{index + 1}</td>
        <MatchCells {...props} />
        <HitsCell figures={props.figures} />
        {!readOnly && <RowActions {...props} />}
      </tr>
      {notes.length > 0 && (
        <tr>
          <td colSpan={2} />
          <td colSpan={8} className="px-1 pb-1">
            {notes.map(({ code, message, severity }) => (
              <p
                key={code + message}
                className={classes("text-2xs", severity === "error" ? "text-bad" : "text-warn")}
              >
                {message} <code className="font-mono opacity-80">{code}</code>
              </p>
            ))}
          </td>
        </tr>
      )}
    </>
  );
});

function MatchCells({ rule, index, readOnly, issues, act }: RuleRowProps) {
  const onChange = (change: Partial<FirewallRule>, field: string) =>
    act({ type: "change", index, field, change });
  const onBlur = () => act({ type: "leave" });
  const ports = hasPorts(rule.protocol);
  const field = (name: keyof FirewallRule, label: string) => ({
    "aria-label": `${label} of rule ${rule.name}`,
    extent: "sm" as const,
    wrong: issues?.[name]?.severity === "error",
    title: issues?.[name]?.message,
    onBlur,
  });
  const text = (name: "name" | "source" | "destination", label: string, placeholder: string) => (
    <Input
      {...field(name, label)}
      readOnly={readOnly}
      placeholder={placeholder}
      spellCheck={false}
      autoComplete="off"
      className="font-mono"
      value={rule[name] ?? ""}
      onChange={(event) =>
        onChange({ [name]: event.target.value || (name === "name" ? "" : undefined) }, name)
      }
    />
  );
  const portRange = (name: "sourcePorts" | "destinationPorts", label: string) => (
    <PortsInput
      label={`${label} of rule ${rule.name}`}
      value={rule[name]}
      disabled={!ports}
      readOnly={readOnly}
      wrong={issues?.[name]?.message}
      onChange={(value) => onChange({ [name]: value }, name)}
      onBlur={onBlur}
    />
  );
  return (
    <>
      <Cell>{text("name", "Name", "name")}</Cell>
      <Cell className="w-19">
        <Select
          {...field("action", "Action")}
          disabled={readOnly}
          className={classes("font-medium", rule.action === "allow" ? "text-ok" : "text-bad")}
          value={rule.action}
          onChange={(event) => onChange({ action: event.target.value as Action }, "action")}
        >
          <option value="allow">Allow</option>
          <option value="deny">Deny</option>
        </Select>
      </Cell>
      <Cell className="w-20">
        <Select
          {...field("protocol", "Protocol")}
          disabled={readOnly}
          value={rule.protocol}
          onChange={(event) => onChange(withProtocol(event.target.value as Protocol), "protocol")}
        >
          {protocols.map((protocol) => (
            <option key={protocol} value={protocol}>
              {protocol === "any" ? "Any" : protocol.toUpperCase()}
            </option>
          ))}
        </Select>
      </Cell>
      <Cell>{text("source", "Source", "any")}</Cell>
      <Cell className="w-22">{portRange("sourcePorts", "Source ports")}</Cell>
      <Cell>{text("destination", "Destination", "any")}</Cell>
      <Cell className="w-22">{portRange("destinationPorts", "Destination ports")}</Cell>
    </>
  );
}

const Cell = ({ className, children }: { className?: string; children: React.ReactNode }) => (
  <td className={classes("px-1 py-1.5", className)}>{children}</td>
);

function HitsCell({ figures }: { figures: LiveRule | null }) {
  return (
    <td className="figures w-20 whitespace-nowrap px-1 py-1.5 text-right text-2xs leading-3.5">
      {figures ? (
        <>
          <span className="block font-medium text-ink">{formatPacketRate(figures.packetsPerSecond)}</span>
          <span className="block text-ink-muted">{formatCount(figures.packets)} packets</span>
        </>
      ) : (
        <span className="text-ink-muted leading-7">–</span>
      )}
    </td>
  );
}

function RowActions({ rule, index, last, act }: RuleRowProps) {
  return (
    <td className="w-20 whitespace-nowrap px-1 py-1.5 text-right">
      <span className="inline-flex h-7 items-center">
        <IconButton
          icon={ArrowUp}
          size="sm"
          label={`Move rule ${rule.name} up`}
          disabled={index === 0}
          onClick={() => act({ type: "move", index, to: index - 1 })}
        />
        <IconButton
          icon={ArrowDown}
          size="sm"
          label={`Move rule ${rule.name} down`}
          disabled={last}
          onClick={() => act({ type: "move", index, to: index + 1 })}
        />
        <IconButton
          icon={Trash2}
          size="sm"
          label={`Delete rule ${rule.name}`}
          onClick={() => act({ type: "remove", index })}
        />
      </span>
    </td>
  );
}
