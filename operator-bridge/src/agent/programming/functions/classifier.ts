// SPDX-License-Identifier: Apache-2.0
import type { ClassifierConfig } from "@nfaas/domain";
import type { Translator } from "./kind.ts";
import { packetMatch } from "./packet-match.ts";

export const classifier: Translator = (config) => {
  const { classes } = config as ClassifierConfig;
  const told = classes.map(({ output, match, percent = 100 }) => ({
    output,
    match: packetMatch(match),
    percent,
  }));
  return { case: "classifier", value: { classes: told } };
};
