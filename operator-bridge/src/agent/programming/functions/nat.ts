// SPDX-License-Identifier: Apache-2.0
import type { NatConfig } from "@nfaas/domain";
import { prefix } from "../addresses.ts";
import type { Translator } from "./kind.ts";

export const nat: Translator = (config) => {
  const {
    publicPrefixes,
    prefixTranslations = [],
    acceptAnyRemote = false,
    quarantineSeconds = 0,
  } = config as NatConfig;
  return {
    case: "nat",
    value: {
      publicPrefixes: publicPrefixes.map(prefix),
      prefixTranslations: prefixTranslations.map(({ internal, external }) => ({
        internal: prefix(internal),
        external: prefix(external),
      })),
      acceptAnyRemote,
      quarantineMs: quarantineSeconds * 1000,
    },
  };
};
