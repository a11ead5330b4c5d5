// SPDX-License-Identifier: Apache-2.0
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { FirewallConfig, FirewallRule } from "@nfaas/domain";
import { Action, type FirewallRuleSchema } from "../../generated/nfaas_dataplane_pb.ts";
import { portRange, prefix, protocolNumber } from "../addresses.ts";
import type { Translator } from "./kind.ts";

const actions = { allow: Action.ALLOW, deny: Action.DENY } as const;

const firewallRule = (rule: FirewallRule): MessageInitShape<typeof FirewallRuleSchema> => ({
  name: rule.name,
  action: actions[rule.action],
  source: rule.source === undefined ? undefined : prefix(rule.source),
  destination: rule.destination === undefined ? undefined : prefix(rule.destination),
  protocol: protocolNumber(rule.protocol),
  sourcePorts: portRange(rule.sourcePorts),
  destinationPorts: portRange(rule.destinationPorts),
  logOneIn: rule.log?.oneIn ?? 0,
});

export const firewall: Translator = (config) => {
  const { rules, defaultAction, newFlows, log } = config as FirewallConfig;
  return {
    case: "firewall",
    value: {
      rules: rules.map(firewallRule),
      defaultAction: actions[defaultAction],
      newFlowsPerSecond: newFlows?.perSecond ?? 0,
      newFlowBurst: newFlows?.burst ?? 0,
      logOneIn: log?.oneIn ?? 0,
    },
  };
};
