// SPDX-License-Identifier: Apache-2.0
"use client";
import type { Meter } from "@nfaas/domain";
import { Field, Select } from "../_kit/field.tsx";
import type { ProblemOf } from "./class-issues.ts";
import { NumberField } from "./number-field.tsx";

interface MeterFieldsProps {
  meter: Meter;
  readOnly: boolean;
  problem: ProblemOf;
  onChange: (meter: Meter, field: string) => void;
}

/** A rate and its bursts; the kind says what the second pair of figures is. */
export function MeterFields({ meter, readOnly, problem, onChange }: MeterFieldsProps) {
  const number = (
    field: string,
    label: string,
    scale: number,
    value: number,
    set: (value: number) => Meter,
  ) => (
    <NumberField
      label={label}
      scale={scale}
      value={value}
      error={problem(`meter.${field}`)}
      readOnly={readOnly}
      onChange={(next) => next !== undefined && onChange(set(next), `meter.${field}`)}
    />
  );
  return (
    <>
      <Field label="Meter">
        {(ids) => (
          <Select
            {...ids}
            disabled={readOnly}
            value={meter.kind}
            onChange={(event) => onChange(ofKind(meter, event.target.value as Meter["kind"]), "meter.kind")}
          >
            <option value="single-rate">Single rate</option>
            <option value="two-rate">Two rates</option>
          </Select>
        )}
      </Field>
      {number("committedBitsPerSecond", "Rate (Mbit/s)", 1e6, meter.committedBitsPerSecond, (value) => ({
        ...meter,
        committedBitsPerSecond: value,
      }))}
      {number("committedBurstBytes", "Burst (kB)", 1e3, meter.committedBurstBytes, (value) => ({
        ...meter,
        committedBurstBytes: value,
      }))}
      {meter.kind === "single-rate" &&
        number("excessBurstBytes", "Excess burst (kB)", 1e3, meter.excessBurstBytes, (value) => ({
          ...meter,
          excessBurstBytes: value,
        }))}
      {meter.kind === "two-rate" &&
        number("peakBitsPerSecond", "Peak rate (Mbit/s)", 1e6, meter.peakBitsPerSecond, (value) => ({
          ...meter,
          peakBitsPerSecond: value,
        }))}
      {meter.kind === "two-rate" &&
        number("peakBurstBytes", "Peak burst (kB)", 1e3, meter.peakBurstBytes, (value) => ({
          ...meter,
          peakBurstBytes: value,
        }))}
      <Field label="Colour before">
        {(ids) => (
          <Select
            {...ids}
            disabled={readOnly}
            value={meter.colourAware ? "aware" : "blind"}
            onChange={(event) =>
              onChange({ ...meter, colourAware: event.target.value === "aware" }, "meter.colourAware")
            }
          >
            <option value="blind">Ignored</option>
            <option value="aware">Heeded (AF)</option>
          </Select>
        )}
      </Field>
    </>
  );
}

/** The same committed rate under the other kind; a peak begins at twice of it. */
function ofKind(meter: Meter, kind: Meter["kind"]): Meter {
  if (meter.kind === kind) return meter;
  const { committedBitsPerSecond, committedBurstBytes, colourAware = false } = meter;
  const common = { committedBitsPerSecond, committedBurstBytes, colourAware };
  if (kind === "single-rate") return { ...common, kind, excessBurstBytes: 0 };
  return {
    ...common,
    kind,
    peakBitsPerSecond: 2 * committedBitsPerSecond,
    peakBurstBytes: 2 * committedBurstBytes,
  };
}
