// SPDX-License-Identifier: Apache-2.0
"use client";
import type { Action, DomainListConfig } from "@nfaas/domain";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../_kit/button.tsx";
import { Input, Select } from "../_kit/field.tsx";

interface DomainListCardProps {
  list: DomainListConfig;
  index: number;
  readOnly: boolean;
  nameProblem: string | undefined;
  domainProblem: string | undefined;
  /** `field`: changes of one field are one step of undo. */
  onChange: (list: DomainListConfig, field: string) => void;
  onRemove: () => void;
}

export function DomainListCard(props: DomainListCardProps) {
  const { list, index, readOnly, nameProblem, domainProblem, onChange, onRemove } = props;
  return (
    <li className="rounded-lg border border-line bg-surface p-3">
      <div className="mb-3 flex items-center gap-2">
        <span className="w-44">
          <Input
            aria-label={`Name of list ${index + 1}`}
            className="font-mono"
            readOnly={readOnly}
            spellCheck={false}
            wrong={nameProblem !== undefined}
            title={nameProblem}
            value={list.name}
            onChange={(event) => onChange({ ...list, name: event.target.value }, "name")}
          />
        </span>
        <span className="w-24">
          <Select
            aria-label={`Action of list ${list.name}`}
            disabled={readOnly}
            value={list.action}
            onChange={(event) => onChange({ ...list, action: event.target.value as Action }, "action")}
          >
            <option value="deny">Deny</option>
            <option value="allow">Allow</option>
          </Select>
        </span>
        <span className="ml-auto figures text-ink-muted text-xs">{list.domains.length}</span>
        {!readOnly && (
          <IconButton icon={Trash2} size="sm" label={`Delete list ${list.name}`} onClick={onRemove} />
        )}
      </div>
      {nameProblem && <p className="mb-2 text-2xs text-bad">{nameProblem}</p>}
      <Domains
        list={list}
        readOnly={readOnly}
        problem={domainProblem}
        onChange={(domains) => onChange({ ...list, domains }, "domains")}
      />
    </li>
  );
}

interface DomainsProps {
  list: DomainListConfig;
  readOnly: boolean;
  problem: string | undefined;
  onChange: (domains: string[]) => void;
}

/** One a line; they reach the graph when the field is left, since a list may be long. */
function Domains({ list, readOnly, problem, onChange }: DomainsProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    if (typed === null) return;
    onChange(typed.split(/[\s,]+/).filter(Boolean));
    setTyped(null);
  };
  const border = problem ? "border-bad" : "border-line-strong hover:border-ink-muted";
  return (
    <>
      <textarea
        aria-label={`Domains of list ${list.name}`}
        aria-invalid={problem !== undefined || undefined}
        className={`h-40 w-full rounded-md border bg-raised p-2 font-mono text-xs placeholder:text-ink-muted ${border}`}
        placeholder={"example.com\n*.example.org"}
        readOnly={readOnly}
        spellCheck={false}
        value={typed ?? list.domains.join("\n")}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
      />
      {problem && (
        <p role="alert" className="text-2xs text-bad">
          {problem}
        </p>
      )}
    </>
  );
}
