// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { Issue } from "../issue.ts";
import { checkClassNames, parseConfig } from "./classes.ts";
import type { Report } from "./firewall.ts";
import { checkDscp, checkPacketMatch, type PacketMatch, packetMatchSchema } from "./packet-match.ts";

export const colours = ["green", "yellow", "red"] as const;
export type Colour = (typeof colours)[number];

/** What becomes of a packet of one colour; `mark` writes a DSCP (0..63). */
export type ColourAction = "pass" | "drop" | { mark: number };

/** Rates in bit/s, bursts in bytes, both of IP packets. */
export type Meter = {
  /** Heeds the drop precedence of packets that come marked (RFC 2597). */
  colourAware?: boolean;
  committedBitsPerSecond: number;
  committedBurstBytes: number;
} & (
  | /** RFC 2697. */ { kind: "single-rate"; excessBurstBytes: number }
  | /** RFC 2698. */ { kind: "two-rate"; peakBitsPerSecond: number; peakBurstBytes: number }
);

/** Packets that share token buckets: one set per tenant, direction and replica. */
export interface TrafficClass {
  /** Unique in the node; its counters are `<name>/green`, `<name>/yellow`, `<name>/red`. */
  name: string;
  match?: PacketMatch;
  meter: Meter;
  /** Absent: green and yellow pass, red is dropped. */
  actions?: { [C in Colour]?: ColourAction };
}

export interface RateLimiterConfig {
  /** The first that matches takes a packet; what none takes passes unmetered. */
  classes: TrafficClass[];
}

export const defaultActions: Readonly<Record<Colour, ColourAction>> = {
  green: "pass",
  yellow: "pass",
  red: "drop",
};

const committed = {
  colourAware: z.boolean().optional(),
  committedBitsPerSecond: z.number().int(),
  committedBurstBytes: z.number().int(),
};
const meterSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("single-rate"), ...committed, excessBurstBytes: z.number().int() }),
  z.strictObject({
    kind: z.literal("two-rate"),
    ...committed,
    peakBitsPerSecond: z.number().int(),
    peakBurstBytes: z.number().int(),
  }),
]);
const actionSchema = z.union([z.enum(["pass", "drop"]), z.strictObject({ mark: z.number().int() })]);

export const rateLimiterConfigSchema = z.strictObject({
  classes: z.array(
    z.strictObject({
      name: z.string(),
      match: packetMatchSchema.optional(),
      meter: meterSchema,
      actions: z
        .strictObject({
          green: actionSchema.optional(),
          yellow: actionSchema.optional(),
          red: actionSchema.optional(),
        })
        .optional(),
    }),
  ),
});

const minRate = 8;
const maxRate = 400e9;
const maxBurst = 2 ** 29;
/** A packet larger than the burst is never green; networks carry packets of this size. */
const usualPacketBytes = 1500;
/** The colours' suffixes must fit behind it in a counter's name of 63 characters. */
const maxNameLength = 56;

function checkRate(bits: number, path: string, report: Report): void {
  if (bits < minRate || bits > maxRate)
    report("NF305", path, `${bits} bit/s: a rate is 8 bit/s to 400 Gbit/s.`);
}

function checkBurst(bytes: number, path: string, report: Report): void {
  if (bytes < 0 || bytes > maxBurst) report("NF306", path, `${bytes} bytes: a burst is at most 512 MiB.`);
}

function checkMeter(meter: Meter, path: string, report: Report): void {
  checkRate(meter.committedBitsPerSecond, `${path}.committedBitsPerSecond`, report);
  checkBurst(meter.committedBurstBytes, `${path}.committedBurstBytes`, report);
  const second = meter.kind === "single-rate" ? "excessBurstBytes" : "peakBurstBytes";
  const burst = meter.kind === "single-rate" ? meter.excessBurstBytes : meter.peakBurstBytes;
  checkBurst(burst, `${path}.${second}`, report);
  if (meter.kind === "two-rate") {
    checkRate(meter.peakBitsPerSecond, `${path}.peakBitsPerSecond`, report);
    if (meter.peakBitsPerSecond < meter.committedBitsPerSecond)
      report("NF307", `${path}.peakBitsPerSecond`, "The peak rate must not be below the committed rate.");
    if (meter.committedBurstBytes === 0 || burst === 0)
      report("NF306", `${path}.${second}`, "Both bursts of a two-rate meter must be above 0.");
  } else if (meter.committedBurstBytes === 0 && burst === 0)
    report("NF306", `${path}.committedBurstBytes`, "Without any burst no packet can pass.");
  if (Math.max(meter.committedBurstBytes, burst) < usualPacketBytes) {
    const message = `No burst holds a packet of ${usualPacketBytes} bytes, so full-sized packets are always red.`;
    report("NF308", `${path}.committedBurstBytes`, message, { severity: "warning" });
  }
}

function checkActions(actions: TrafficClass["actions"], path: string, report: Report): void {
  for (const colour of colours) {
    const action = actions?.[colour];
    if (typeof action === "object") checkDscp(action.mark, `${path}.${colour}.mark`, report);
  }
}

/** All that is wrong with a rate limiter's configuration; paths are relative to it. */
export function validateRateLimiter(input: unknown): Issue[] {
  const { config, issues, report } = parseConfig<RateLimiterConfig>(rateLimiterConfigSchema, input, "NF301");
  if (!config) return issues;
  checkClassNames(
    config.classes.map((c) => c.name),
    { invalid: "NF302", twice: "NF303", many: "NF304", maxLength: maxNameLength, field: "name" },
    report,
  );
  config.classes.forEach((of, i) => {
    checkPacketMatch(of.match, `classes[${i}].match`, report);
    checkMeter(of.meter, `classes[${i}].meter`, report);
    checkActions(of.actions, `classes[${i}].actions`, report);
  });
  if (config.classes.length === 0)
    report("NF309", "classes", "No class, so nothing is limited.", { severity: "warning" });
  return issues;
}
