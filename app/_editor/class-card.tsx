// SPDX-License-Identifier: Apache-2.0
"use client";
import { moveItem } from "@nfaas/domain";
import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button, IconButton } from "../_kit/button.tsx";
import { Input } from "../_kit/field.tsx";

interface ClassCardsProps<Class> {
  classes: readonly Class[];
  /** What the list is of, for assistive technology. */
  label: string;
  readOnly: boolean;
  nameOf: (of: Class) => string;
  rename: (of: Class, name: string) => Class;
  nameProblem: (index: number) => string | undefined;
  create: () => Class;
  /** `field`: changes of one field are one step of undo. */
  onChange: (classes: Class[], field?: string) => void;
  onSeal: () => void;
  children: (of: Class, index: number, set: (next: Class, field: string) => void) => ReactNode;
  note: string;
}

/** Classes in the order they are tried, a card each. */
export function ClassCards<Class>(props: ClassCardsProps<Class>) {
  const { classes, label, readOnly, nameOf, rename, nameProblem, onChange, onSeal } = props;
  const replace = (index: number, next: Class, field: string) =>
    onChange(
      classes.map((of, i) => (i === index ? next : of)),
      `${index}.${field}`,
    );
  return (
    <div className="flex flex-col gap-3 p-3">
      <ol aria-label={label} className="flex flex-col gap-3" onBlur={onSeal}>
        {classes.map((of, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a class's name is being edited, its place is its identity.
          <li key={index} className="rounded-lg border border-line bg-surface p-3">
            <div className="mb-3 flex items-center gap-2">
              <span className="figures w-5 text-ink-muted text-xs">{index + 1}</span>
              <span className="w-44">
                <Input
                  aria-label={`Name of class ${index + 1}`}
                  className="font-mono"
                  readOnly={readOnly}
                  spellCheck={false}
                  wrong={nameProblem(index) !== undefined}
                  title={nameProblem(index)}
                  value={nameOf(of)}
                  onChange={(event) => replace(index, rename(of, event.target.value), "name")}
                />
              </span>
              {nameProblem(index) && <span className="text-2xs text-bad">{nameProblem(index)}</span>}
              {!readOnly && (
                <CardActions
                  name={nameOf(of)}
                  index={index}
                  last={index === classes.length - 1}
                  onMove={(to) => onChange(moveItem(classes, index, to))}
                  onRemove={() => onChange(classes.filter((_, i) => i !== index))}
                />
              )}
            </div>
            <div className="grid grid-cols-2 gap-3 lg:grid-cols-4 xl:grid-cols-7">
              {props.children(of, index, (next, field) => replace(index, next, field))}
            </div>
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-4">
        {!readOnly && (
          <Button size="sm" icon={Plus} onClick={() => onChange([...classes, props.create()])}>
            Add class
          </Button>
        )}
        <p className="text-2xs text-ink-muted">{props.note}</p>
      </div>
    </div>
  );
}

interface CardActionsProps {
  name: string;
  index: number;
  last: boolean;
  onMove: (to: number) => void;
  onRemove: () => void;
}

const CardActions = ({ name, index, last, onMove, onRemove }: CardActionsProps) => (
  <span className="ml-auto inline-flex">
    <IconButton
      icon={ArrowUp}
      size="sm"
      label={`Move class ${name} up`}
      disabled={index === 0}
      onClick={() => onMove(index - 1)}
    />
    <IconButton
      icon={ArrowDown}
      size="sm"
      label={`Move class ${name} down`}
      disabled={last}
      onClick={() => onMove(index + 1)}
    />
    <IconButton icon={Trash2} size="sm" label={`Delete class ${name}`} onClick={onRemove} />
  </span>
);
