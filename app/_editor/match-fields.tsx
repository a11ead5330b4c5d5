// SPDX-License-Identifier: Apache-2.0
"use client";
import type { PacketMatch } from "@nfaas/domain";
import type { ProblemOf } from "./class-issues.ts";
import { ListField } from "./list-field.tsx";
import { NumberField } from "./number-field.tsx";
import { ProtocolFields } from "./protocol-fields.tsx";

interface MatchFieldsProps {
  match: PacketMatch | undefined;
  readOnly: boolean;
  problem: ProblemOf;
  onChange: (match: PacketMatch | undefined, field: string) => void;
}

/** Which packets a class takes. */
export function MatchFields({ match = {}, readOnly, problem, onChange }: MatchFieldsProps) {
  const set = (field: string, change: { [F in keyof PacketMatch]?: PacketMatch[F] | undefined }) =>
    onChange(compact({ ...match, ...change }), `match.${field}`);
  const list = (field: "sources" | "destinations", label: string) => (
    <ListField
      label={label}
      value={match[field]}
      error={problem(`match.${field}`)}
      readOnly={readOnly}
      onChange={(items) => set(field, { [field]: items })}
    />
  );
  const length = (field: "minLength" | "maxLength", label: string) => (
    <NumberField
      label={label}
      placeholder="any"
      value={match[field]}
      error={problem(`match.${field}`)}
      readOnly={readOnly}
      onChange={(value) => set(field, { [field]: value })}
    />
  );
  return (
    <>
      <ProtocolFields
        protocol={match.protocol}
        destinationPorts={match.destinationPorts}
        readOnly={readOnly}
        problem={(field) => problem(`match.${field}`)}
        onProtocol={(change) => set("protocol", change)}
        onPorts={(destinationPorts) => set("destinationPorts", { destinationPorts })}
      />
      {list("sources", "Sources")}
      {list("destinations", "Destinations")}
      <ListField
        label="DSCP"
        value={match.dscps?.map(String)}
        error={problem("match.dscps")}
        readOnly={readOnly}
        onChange={(items) => set("dscps", { dscps: wholeNumbers(items) })}
      />
      {length("minLength", "From length (bytes)")}
      {length("maxLength", "To length (bytes)")}
    </>
  );
}

/** What is no number is left out. */
function wholeNumbers(items: string[] | undefined): number[] | undefined {
  const numbers = (items ?? []).filter((item) => /^\d{1,6}$/.test(item)).map(Number);
  return numbers.length > 0 ? numbers : undefined;
}

/** A match without any condition is no match at all. */
function compact(match: { [F in keyof PacketMatch]?: PacketMatch[F] | undefined }): PacketMatch | undefined {
  const held = Object.entries(match).filter(([, value]) => value !== undefined);
  return held.length > 0 ? (Object.fromEntries(held) as PacketMatch) : undefined;
}
