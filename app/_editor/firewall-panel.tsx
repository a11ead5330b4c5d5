// SPDX-License-Identifier: Apache-2.0
"use client";
import {
  type Action,
  addRule,
  asFirewallConfig,
  type FirewallConfig,
  moveRule,
  removeRule,
  updateRule,
  withOptional,
} from "@nfaas/domain";
import { ListPlus, Plus } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "../_kit/button.tsx";
import { Select } from "../_kit/field.tsx";
import { FlowLogField } from "./flow-log-field.tsx";
import type { FunctionPanelProps } from "./function-panels.ts";
import { useRuleFigures } from "./live-figures.tsx";
import { NewFlowFields } from "./new-flow-fields.tsx";
import { ruleIssues } from "./rule-issues.ts";
import { type RuleEdit, RuleRow } from "./rule-row.tsx";

/** Rows shown at first and with each "Show more": a list of thousands must not freeze the page. */
const pageSize = 100;

export function FirewallPanel({ node, issues, readOnly, onChange, onSeal }: FunctionPanelProps) {
  const config = asFirewallConfig(node.config);
  const byRule = useMemo(() => ruleIssues(issues, node.name), [issues, node.name]);
  const figures = useRuleFigures(node.name);
  const [shown, setShown] = useState(pageSize);
  const [drag, setDrag] = useState<Drag>(null);
  const latest = useRef({ config, drag, onChange, onSeal });
  useEffect(() => {
    latest.current = { config, drag, onChange, onSeal };
  });
  const act = useCallback((edit: RuleEdit) => {
    const { config, drag, onChange, onSeal } = latest.current;
    if (edit.type === "leave") onSeal();
    else if (edit.type === "drag") {
      if (edit.phase === "drop" && drag) onChange(moveRule(config, drag.from, edit.index));
      setDrag(nextDrag(drag, edit));
    } else
      onChange(applyEdit(config, edit), edit.type === "change" ? `${edit.index}.${edit.field}` : undefined);
  }, []);
  return (
    <div className="pb-3">
      <table aria-label={`Rules of ${node.name}`} className="w-full min-w-3xl border-collapse text-xs">
        <RuleHead readOnly={readOnly} />
        <tbody>
          {config.rules.slice(0, shown).map((rule, index) => (
            <RuleRow
              // biome-ignore lint/suspicious/noArrayIndexKey: a rule's name is being edited, its place is its identity.
              key={index}
              rule={rule}
              index={index}
              last={index === config.rules.length - 1}
              readOnly={readOnly}
              issues={byRule.get(index)}
              figures={figures?.get(rule.name) ?? null}
              target={drag !== null && drag.over === index && drag.from !== index}
              act={act}
            />
          ))}
        </tbody>
      </table>
      {config.rules.length > shown && (
        <Button
          look="ghost"
          size="sm"
          icon={ListPlus}
          className="ml-2"
          onClick={() => setShown(shown + pageSize)}
        >
          Show more of {config.rules.length} rules
        </Button>
      )}
      <Foot
        node={node.name}
        config={config}
        readOnly={readOnly}
        onAdd={() => {
          setShown(Math.max(shown, config.rules.length + 1));
          onChange(addRule(config));
        }}
        onDefault={(defaultAction) => onChange({ ...config, defaultAction })}
      />
      <NewFlowFields
        node={node.name}
        limit={config.newFlows}
        issues={issues}
        readOnly={readOnly}
        onChange={(newFlows, field) => onChange(withOptional(config, "newFlows", newFlows), field)}
      />
      <FlowLogField
        node={node.name}
        log={config.log}
        issues={issues}
        readOnly={readOnly}
        onChange={(log) => onChange(withOptional(config, "log", log), "log.oneIn")}
      />
    </div>
  );
}

function applyEdit(
  config: FirewallConfig,
  edit: Exclude<RuleEdit, { type: "leave" | "drag" }>,
): FirewallConfig {
  if (edit.type === "change") return updateRule(config, edit.index, edit.change);
  if (edit.type === "move") return moveRule(config, edit.index, edit.to);
  return removeRule(config, edit.index);
}

/** Which rule is dragged, and over which it is; null when none is. */
type Drag = { from: number; over: number } | null;

function nextDrag(drag: Drag, { index, phase }: Extract<RuleEdit, { type: "drag" }>): Drag {
  if (phase === "start") return { from: index, over: index };
  return phase === "over" && drag ? { ...drag, over: index } : null;
}

const columns = ["Name", "Action", "Protocol", "Source", "Source ports", "Destination", "Ports"];

function RuleHead({ readOnly }: { readOnly: boolean }) {
  const head = "h-8 px-1 text-left font-medium text-ink-muted text-2xs";
  return (
    <thead className="sticky top-0 z-10 bg-surface">
      <tr>
        <th scope="col" className={head}>
          <span className="sr-only">Reorder</span>
        </th>
        <th scope="col" className={head}>
          <span className="sr-only">Place</span>
        </th>
        {columns.map((column) => (
          <th key={column} scope="col" className={head}>
            {column}
          </th>
        ))}
        <th scope="col" className={`${head} text-right`}>
          Hits
        </th>
        {!readOnly && (
          <th scope="col" className={head}>
            <span className="sr-only">Actions</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

interface FootProps {
  node: string;
  config: FirewallConfig;
  readOnly: boolean;
  onAdd: () => void;
  onDefault: (action: Action) => void;
}

function Foot({ node, config, readOnly, onAdd, onDefault }: FootProps) {
  return (
    <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-2 px-3">
      {!readOnly && (
        <Button size="sm" icon={Plus} onClick={onAdd}>
          Add rule
        </Button>
      )}
      <span className="flex items-center gap-2 text-ink-soft text-xs">
        What no rule matches:
        <span className="w-24">
          <Select
            extent="sm"
            aria-label={`Default action of ${node}`}
            disabled={readOnly}
            value={config.defaultAction}
            onChange={(event) => onDefault(event.target.value as Action)}
          >
            <option value="deny">Deny</option>
            <option value="allow">Allow</option>
          </Select>
        </span>
      </span>
      <p className="text-2xs text-ink-muted">
        The first rule that matches decides. Replies of allowed flows pass.
      </p>
    </div>
  );
}
