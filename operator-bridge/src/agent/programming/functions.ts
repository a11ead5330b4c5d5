// SPDX-License-Identifier: Apache-2.0
// How a function's configuration is told to the data plane: one file and one line here per function of the catalogue.
import { UntranslatableError } from "./addresses.ts";
import { classifier } from "./functions/classifier.ts";
import { firewall } from "./functions/firewall.ts";
import type { Kind, Translator } from "./functions/kind.ts";
import { mirror } from "./functions/mirror.ts";
import { nat } from "./functions/nat.ts";
import { rateLimiter } from "./functions/rate-limiter.ts";
import { webGateway } from "./functions/web-gateway.ts";

const translators: Readonly<Record<string, Translator>> = {
  firewall,
  "rate-limiter": rateLimiter,
  classifier,
  nat,
  "web-gateway": webGateway,
  mirror,
};

/** @throws UntranslatableError for a function this release does not know. */
export function functionKind(name: string, config: unknown): Kind {
  const translate = Object.hasOwn(translators, name) ? translators[name] : undefined;
  if (!translate) throw new UntranslatableError(`this release does not know the function ${name}`);
  return translate(config);
}
