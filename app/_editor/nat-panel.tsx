// SPDX-License-Identifier: Apache-2.0
"use client";
import {
  formatTranslation,
  type NatConfig,
  natPublicPrefixes,
  natTranslations,
  parseTranslation,
  withOptional,
} from "@nfaas/domain";
import { useId } from "react";
import type { FunctionPanelProps } from "./function-panels.ts";
import { ListField } from "./list-field.tsx";
import { NumberField } from "./number-field.tsx";

export function NatPanel({ node, issues, readOnly, onChange }: FunctionPanelProps) {
  const open = useId();
  const config: NatConfig = { ...(node.config as NatConfig), publicPrefixes: natPublicPrefixes(node.config) };
  const problem = (field: keyof NatConfig) =>
    issues.find((i) => i.node === node.name && i.path.includes(`.config.${field}`))?.message;
  return (
    <div className="flex flex-col gap-3 p-3">
      <div className="grid max-w-4xl gap-4 lg:grid-cols-2">
        <ListField
          label="Public addresses"
          placeholder="192.0.2.8/30"
          hint="IPv4 prefixes; the far side must route them to this chain"
          value={config.publicPrefixes}
          error={problem("publicPrefixes")}
          readOnly={readOnly}
          onChange={(items) => onChange({ ...config, publicPrefixes: items ?? [] }, "publicPrefixes")}
        />
        <ListField
          label="Translated IPv6 prefixes"
          placeholder="fd00:1::/48=2001:db8:1::/48"
          hint="Internal=external; the far side must route the external ones to this chain"
          value={natTranslations(node.config).map(formatTranslation)}
          error={problem("prefixTranslations")}
          readOnly={readOnly}
          onChange={(items) =>
            onChange(
              withOptional(config, "prefixTranslations", items?.map(parseTranslation)),
              "prefixTranslations",
            )
          }
        />
      </div>
      <label htmlFor={open} className="flex items-center gap-2 text-ink-soft text-xs">
        <input
          id={open}
          type="checkbox"
          disabled={readOnly}
          checked={config.acceptAnyRemote ?? false}
          onChange={(event) =>
            onChange(withOptional(config, "acceptAnyRemote", event.target.checked || undefined))
          }
        />
        Anyone may send to a port that a host uses, not only those it has sent to
      </label>
      <div className="w-60">
        <NumberField
          label="Rest of ports between replicas (s)"
          placeholder="120"
          value={config.quarantineSeconds}
          error={problem("quarantineSeconds")}
          readOnly={readOnly}
          onChange={(seconds) =>
            onChange(withOptional(config, "quarantineSeconds", seconds), "quarantineSeconds")
          }
        />
      </div>
    </div>
  );
}
