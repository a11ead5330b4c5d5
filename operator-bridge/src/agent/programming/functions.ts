// SPDX-License-Identifier: Apache-2.0
// How a function's configuration is told to the data plane: one entry per function of the catalogue.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { FirewallConfig, FirewallRule } from "@nfaas/domain";
import { Action, type FirewallRuleSchema, type NodeSchema } from "../generated/nfaas_dataplane_pb.ts";
import { portRange, prefix, protocolNumber, UntranslatableError } from "./addresses.ts";

type Kind = NonNullable<MessageInitShape<typeof NodeSchema>["kind"]>;

const actions = { allow: Action.ALLOW, deny: Action.DENY } as const;

const firewallRule = (rule: FirewallRule): MessageInitShape<typeof FirewallRuleSchema> => ({
  name: rule.name,
  action: actions[rule.action],
  source: rule.source === undefined ? undefined : prefix(rule.source),
  destination: rule.destination === undefined ? undefined : prefix(rule.destination),
  protocol: protocolNumber(rule.protocol),
  sourcePorts: portRange(rule.sourcePorts),
  destinationPorts: portRange(rule.destinationPorts),
});

const translators: Record<string, (config: unknown) => Kind> = {
  firewall: (config) => {
    // The operator has validated it before it made the view.
    const { rules, defaultAction } = config as FirewallConfig;
    const value = { rules: rules.map(firewallRule), defaultAction: actions[defaultAction] };
    return { case: "firewall", value };
  },
};

/** @throws UntranslatableError for a function this release does not know. */
export function functionKind(name: string, config: unknown): Kind {
  const translate = translators[name];
  if (!translate) throw new UntranslatableError(`this release does not know the function ${name}`);
  return translate(config);
}
