// SPDX-License-Identifier: Apache-2.0
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type ColourAction, defaultActions, type Meter, type RateLimiterConfig } from "@nfaas/domain";
import { type ColourActionSchema, MeterKind, type MeterSchema } from "../../generated/nfaas_dataplane_pb.ts";
import type { Translator } from "./kind.ts";
import { packetMatch } from "./packet-match.ts";

function meterMessage(meter: Meter): MessageInitShape<typeof MeterSchema> {
  const common = {
    committedRate: BigInt(meter.committedBitsPerSecond),
    committedBurst: BigInt(meter.committedBurstBytes),
    colourAware: meter.colourAware ?? false,
  };
  if (meter.kind === "single-rate")
    return { ...common, kind: MeterKind.SINGLE_RATE, excessBurst: BigInt(meter.excessBurstBytes) };
  return {
    ...common,
    kind: MeterKind.TWO_RATE,
    peakRate: BigInt(meter.peakBitsPerSecond),
    peakBurst: BigInt(meter.peakBurstBytes),
  };
}

const actionMessage = (action: ColourAction): MessageInitShape<typeof ColourActionSchema> =>
  typeof action === "object" ? { mark: true, dscp: action.mark } : { drop: action === "drop" };

export const rateLimiter: Translator = (config) => {
  const { classes } = config as RateLimiterConfig;
  const told = classes.map(({ name, match, meter, actions }) => {
    const { green, yellow, red } = { ...defaultActions, ...actions };
    return {
      name,
      match: packetMatch(match),
      meter: meterMessage(meter),
      green: actionMessage(green),
      yellow: actionMessage(yellow),
      red: actionMessage(red),
    };
  });
  return { case: "rateLimiter", value: { classes: told } };
};
