// SPDX-License-Identifier: Apache-2.0
import type { MirrorConfig } from "@nfaas/domain";
import type { Translator } from "./kind.ts";

export const mirror: Translator = (config) => {
  const { snapLength = 0, percent = 100 } = (config ?? {}) as MirrorConfig;
  return { case: "mirror", value: { snapLength, percent } };
};
