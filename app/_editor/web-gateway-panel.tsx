// SPDX-License-Identifier: Apache-2.0
"use client";
import {
  type Action,
  asWebGatewayConfig,
  type DomainListConfig,
  formatPortRanges,
  freeName,
  parsePortRanges,
  type WebGatewayConfig,
  withOptional,
} from "@nfaas/domain";
import { Plus } from "lucide-react";
import { Button } from "../_kit/button.tsx";
import { Field, Select } from "../_kit/field.tsx";
import { DomainListCard } from "./domain-list-card.tsx";
import type { FunctionPanelProps } from "./function-panels.ts";
import { ListField } from "./list-field.tsx";

export function WebGatewayPanel({ node, issues, readOnly, onChange, onSeal }: FunctionPanelProps) {
  const config = asWebGatewayConfig(node.config);
  const own = issues.filter((issue) => issue.node === node.name);
  const replace = (lists: DomainListConfig[], field?: string) => onChange({ ...config, lists }, field);
  const problem = (field: string) => own.find((issue) => issue.path.includes(`.config.${field}`))?.message;
  const tooMany = own.find((issue) => issue.path.endsWith(".config.lists"))?.message;
  return (
    <div className="flex flex-col gap-4 p-3">
      <Rest
        config={config}
        readOnly={readOnly}
        portsProblem={problem("ports")}
        onChange={(next, field) => onChange(next, field)}
      />
      <ol aria-label={`Domain lists of ${node.name}`} className="grid gap-3 lg:grid-cols-2" onBlur={onSeal}>
        {config.lists.map((list, index) => (
          <DomainListCard
            // biome-ignore lint/suspicious/noArrayIndexKey: a list's name is being edited, its place is its identity.
            key={index}
            list={list}
            index={index}
            readOnly={readOnly}
            nameProblem={problem(`lists[${index}].name`)}
            domainProblem={problem(`lists[${index}].domains`)}
            onChange={(next, field) =>
              replace(
                config.lists.map((of, i) => (i === index ? next : of)),
                `${index}.${field}`,
              )
            }
            onRemove={() => replace(config.lists.filter((_, i) => i !== index))}
          />
        ))}
      </ol>
      {tooMany && <p className="text-bad text-xs">{tooMany}</p>}
      <div className="flex flex-wrap items-center gap-4">
        {!readOnly && (
          <Button
            size="sm"
            icon={Plus}
            onClick={() => {
              const name = freeName(
                "list-1",
                config.lists.map((l) => l.name),
              );
              replace([...config.lists, { name, action: "deny", domains: [] }]);
            }}
          >
            Add list
          </Button>
        )}
        <p className="text-2xs text-ink-muted">
          The most specific name of all lists decides; of two alike the denied one. Edges on “denied” and
          “unknown” take those flows elsewhere instead.
        </p>
      </div>
    </div>
  );
}

interface RestProps {
  config: WebGatewayConfig;
  readOnly: boolean;
  portsProblem: string | undefined;
  onChange: (config: WebGatewayConfig, field: string) => void;
}

/** What no list decides. */
function Rest({ config, readOnly, portsProblem, onChange }: RestProps) {
  return (
    <div className="grid max-w-4xl grid-cols-2 gap-4 lg:grid-cols-4">
      <ActionField
        label="Sites that no list has"
        value={config.unlisted ?? "allow"}
        readOnly={readOnly}
        onChange={(unlisted) => onChange({ ...config, unlisted }, "unlisted")}
      />
      <ActionField
        label="Hidden names"
        hint="No name, an unknown protocol, or one that comes too slowly"
        value={config.hidden ?? "deny"}
        readOnly={readOnly}
        onChange={(hidden) => onChange({ ...config, hidden }, "hidden")}
      />
      <Field label="Encrypted hello (ECH)">
        {(ids) => (
          <Select
            {...ids}
            disabled={readOnly}
            value={config.encryptedHello ?? "outer-name"}
            onChange={(event) =>
              onChange(
                { ...config, encryptedHello: event.target.value as "outer-name" | "hidden" },
                "encryptedHello",
              )
            }
          >
            <option value="outer-name">Judge the outer name</option>
            <option value="hidden">Hides the name</option>
          </Select>
        )}
      </Field>
      <ListField
        label="Ports of the web"
        hint="TCP and UDP"
        placeholder="80, 443"
        value={config.ports && formatPortRanges(config.ports)}
        error={portsProblem}
        readOnly={readOnly}
        onChange={(items) =>
          onChange(withOptional(config, "ports", items && parsePortRanges(items)), "ports")
        }
      />
    </div>
  );
}

interface ActionFieldProps {
  label: string;
  hint?: string;
  value: Action;
  readOnly: boolean;
  onChange: (action: Action) => void;
}

const ActionField = ({ label, hint, value, readOnly, onChange }: ActionFieldProps) => (
  <Field label={label} hint={hint}>
    {(ids) => (
      <Select
        {...ids}
        disabled={readOnly}
        value={value}
        onChange={(event) => onChange(event.target.value as Action)}
      >
        <option value="allow">Allow</option>
        <option value="deny">Deny</option>
      </Select>
    )}
  </Field>
);
