// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Action, normalizeDomain, type ServiceChainView, type WebGatewayConfig } from "@nfaas/domain";
import { Action as ActionMessage, type DomainListSchema } from "../../generated/nfaas_dataplane_pb.ts";
import type { Translator } from "./kind.ts";

type DomainListInit = MessageInitShape<typeof DomainListSchema> & { name: string };

const httpPorts = [80, 443].map((port) => ({ first: port, last: port }));
const told = (action: Action): ActionMessage =>
  action === "allow" ? ActionMessage.ALLOW : ActionMessage.DENY;

/** Configurations are immutable: what was made of one is not made again. */
const known = new WeakMap<object, Partial<Record<Action, DomainListInit>>>();

/** A node's lists in one for each action: how many there are costs a look nothing then. Named by what is in them. */
function listsOf(config: WebGatewayConfig): Partial<Record<Action, DomainListInit>> {
  const lists = known.get(config) ?? {
    allow: joinLists(config, "allow"),
    deny: joinLists(config, "deny"),
  };
  known.set(config, lists);
  return lists;
}

function joinLists({ lists }: WebGatewayConfig, action: Action): DomainListInit | undefined {
  const domains = lists
    .filter((l) => l.action === action)
    .flatMap((l) => l.domains.flatMap((domain) => normalizeDomain(domain) ?? []));
  const names = Buffer.from([...new Set(domains)].sort().join("\n"));
  if (names.length === 0) return;
  const digest = createHash("sha256").update(names).digest();
  return { name: digest.toString("hex").slice(0, 40), digest, names };
}

export const webGateway: Translator = (config) => {
  const gateway = config as WebGatewayConfig;
  const { allow, deny } = listsOf(gateway);
  return {
    case: "webGateway",
    value: {
      allow: allow ? [allow.name] : [],
      deny: deny ? [deny.name] : [],
      unlisted: told(gateway.unlisted ?? "allow"),
      hidden: told(gateway.hidden ?? "deny"),
      encryptedHelloHidden: gateway.encryptedHello === "hidden",
      ports: gateway.ports ?? httpPorts,
    },
  };
};

/** What the web gateways of these views refer to, each once. */
export function domainLists(views: readonly ServiceChainView[]): DomainListInit[] {
  const lists = new Map<string, DomainListInit>();
  for (const node of views.flatMap((view) => view.spec.nodes))
    if (node.function === "web-gateway")
      for (const list of Object.values(listsOf(node.config as unknown as WebGatewayConfig)))
        if (list) lists.set(list.name, list);
  return [...lists.keys()].sort().flatMap((name) => lists.get(name) ?? []);
}
